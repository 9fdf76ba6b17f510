man_sources = man/sockstep-side.8
