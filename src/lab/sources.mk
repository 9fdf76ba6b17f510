lab_sources = \
	src/lab/agent.c \
	src/lab/incoming.c \
	src/lab/inside.h \
	src/lab/lab.c src/lab/lab.h \
	src/lab/lookout.c src/lab/lookout.h \
	src/lab/stream.c src/lab/stream.h
