man_sources =
