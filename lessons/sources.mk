# The lessons that are shipped, and the order in which they are listed. They are read where they lie: beside src in the
# tree, in the data directory when they are installed.
lesson_sources = \
	lessons/addresses.step lessons/backlog.step lessons/buffers.step lessons/close.step lessons/dead-peer.step \
	lessons/descriptors.step lessons/event-server.step lessons/fast-open.step lessons/fork-server.step \
	lessons/half-close.step lessons/handshake.step lessons/keepalive.step lessons/loss.step \
	lessons/many-clients.step lessons/mss.step lessons/nagle.step lessons/names.step lessons/nonblocking.step \
	lessons/ports.step lessons/pre-fork.step lessons/raw.step lessons/reset.step lessons/simultaneous-close.step \
	lessons/simultaneous-open.step lessons/start.step lessons/stream.step lessons/thread-server.step \
	lessons/time-wait.step lessons/udp.step lessons/unix-sockets.step lessons/window.step

lessonsdir = $(pkgdatadir)/lessons
dist_lessons_DATA = $(lesson_sources) lessons/course
