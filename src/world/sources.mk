world_sources =
