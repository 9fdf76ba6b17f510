export_sources =
