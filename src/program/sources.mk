program_sources = \
	src/program/begin.c src/program/begin.h \
	src/program/order.c src/program/order.h \
	src/program/owner.c src/program/owner.h \
	src/program/program.c src/program/program.h \
	src/program/typed.c src/program/typed.h
