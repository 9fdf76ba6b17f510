event_sources = \
	src/event/event.h src/event/event_life.c src/event/events.def \
	src/event/event_fields.c src/event/event_fields.h \
	src/event/event_quick.c src/event/event_quick.h \
	src/event/event_read.c src/event/event_write.c
