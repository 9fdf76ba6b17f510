side_sources =
