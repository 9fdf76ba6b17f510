man_sources = man/sockstep.1 man/sockstep-side.8
EXTRA_DIST += man/sockstep.1.in
