session_sources = \
	src/session/commands.h \
	src/session/state.c src/session/state.h
