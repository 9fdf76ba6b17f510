man_sources = man/sockstep.1 man/sockstep-script.5 man/sockstep-side.8
EXTRA_DIST += man/sockstep.1.in man/sockstep-script.5.in
