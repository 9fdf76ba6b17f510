event_sources =
