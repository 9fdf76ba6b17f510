observe_sources = \
	src/observe/diag.c src/observe/diag.h \
	src/observe/diag_message.c src/observe/diag_message.h \
	src/observe/facts.c src/observe/facts.h \
	src/observe/fds.c src/observe/fds.h \
	src/observe/info.c src/observe/info.h \
	src/observe/proc_raw.c src/observe/proc_raw.h \
	src/observe/tcp_facts.c src/observe/tcp_facts.h \
	src/observe/thread.c src/observe/thread.h
