world_sources = \
	src/world/clients.c src/world/clients.h \
	src/world/apply.c src/world/copy.c \
	src/world/ladder.c src/world/ladder.h \
	src/world/ladder_label.c src/world/ladder_label.h \
	src/world/ladder_text.c src/world/ladder_text.h \
	src/world/life.c src/world/life.h \
	src/world/log.c src/world/log.h \
	src/world/messages.c src/world/messages.h \
	src/world/order.c src/world/order.h \
	src/world/past.c src/world/past.h \
	src/world/segments.c src/world/segments.h \
	src/world/sketch.c src/world/sketch.h \
	src/world/socket.c src/world/socket.h \
	src/world/sockets.c src/world/sockets.h \
	src/world/states.c src/world/states.h \
	src/world/world.c src/world/world.h
