observe_sources =
