base_sources = \
	src/base/due.c src/base/due.h \
	src/base/file.c src/base/file.h \
	src/base/library.c src/base/library.h \
	src/base/mem.c src/base/mem.h \
	src/base/text.c src/base/text.h \
	src/base/show.c src/base/show.h src/base/show_table.c src/base/show_table.h
