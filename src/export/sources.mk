export_sources = \
	src/export/save.c src/export/save.h
