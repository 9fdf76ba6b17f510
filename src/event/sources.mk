event_sources = \
	src/event/event.c src/event/event.h src/event/events.def
