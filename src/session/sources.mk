session_sources =
