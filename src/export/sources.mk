export_sources = \
	src/export/pcap.c src/export/pcap.h \
	src/export/save.c src/export/save.h
