world_sources = \
	src/world/log.c src/world/log.h \
	src/world/states.c src/world/states.h \
	src/world/world.c src/world/world.h
