call_sources =
