call_sources = \
	src/call/address.c src/call/address.h \
	src/call/constants.c src/call/constants.h src/call/constants.def src/call/options.def
