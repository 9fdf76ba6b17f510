packet_sources =
