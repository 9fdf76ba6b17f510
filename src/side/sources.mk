side_sources = \
	src/side/agent.c src/side/agent.h \
	src/side/calls.c src/side/calls.h \
	src/side/charge.c \
	src/side/child.c \
	src/side/copy.c src/side/copy.h src/side/copying.c \
	src/side/copy_wish.c src/side/copy_wish.h \
	src/side/copy_ends.c src/side/copy_ends.h \
	src/side/copy_link.c src/side/copy_link.h \
	src/side/copy_loop.c src/side/copy_loop.h \
	src/side/deaf_thread.c src/side/deaf_thread.h \
	src/side/dump.c src/side/dump.h \
	src/side/execute.c src/side/execute.h \
	src/side/execute_data.c src/side/execute_descriptor.c src/side/execute_message.c src/side/execute_name.c \
	src/side/execute_process.c src/side/execute_socket.c src/side/execute_wait.c \
	src/side/lab_agent.c src/side/lab_agent.h src/side/lab_place.c \
	src/side/lab_files.c src/side/lab_files.h \
	src/side/lab_host.c src/side/lab_host.h \
	src/side/lab_land.c src/side/lab_land.h \
	src/side/lab_link.c src/side/lab_link.h \
	src/side/lab_netlink.c src/side/lab_netlink.h \
	src/side/lab_refusal.c src/side/lab_refusal.h \
	src/side/lab_request.c src/side/lab_request.h src/side/lab_request_host.c \
	src/side/lab_sysctl.c src/side/lab_sysctl.h \
	src/side/lines.c src/side/lines.h \
	src/side/own.c src/side/own.h \
	src/side/place.h src/side/place_local.c \
	src/side/netns.c src/side/netns.h \
	src/side/report.c src/side/report.h src/side/report_raw.c \
	src/side/request.c src/side/request.h \
	src/side/rows.c src/side/rows.h \
	src/side/side.c src/side/side.h \
	src/side/signals.c src/side/signals.h \
	src/side/execute_tls.c \
	src/side/tls.c src/side/tls.h src/side/tls_part.c src/side/tls_part.h \
	src/side/tls_calls.c src/side/tls_none.c src/side/tls_serve.c \
	src/side/tls_library.c src/side/tls_library.h \
	src/side/tls_made.c src/side/tls_made.h \
	src/side/tls_peer.c src/side/tls_records.c \
	src/side/worker.c src/side/worker.h
