world_sources = \
	src/world/log.c src/world/log.h \
	src/world/segments.c src/world/segments.h \
	src/world/states.c src/world/states.h \
	src/world/world.c src/world/world.h
