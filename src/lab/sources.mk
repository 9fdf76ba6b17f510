lab_sources =
