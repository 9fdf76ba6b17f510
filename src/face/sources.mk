face_sources = \
	src/face/cells.c src/face/cells.h \
	src/face/completion.c src/face/completion.h \
	src/face/history.c src/face/history.h \
	src/face/keys.c src/face/keys.h \
	src/face/plain.c src/face/plain.h \
	src/face/prompt.c src/face/prompt.h \
	src/face/safe.c src/face/safe.h \
	src/face/terminal.c src/face/terminal.h \
	src/face/options.c src/face/options.h
