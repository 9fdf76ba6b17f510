lab_sources = \
	src/lab/agent.c src/lab/agent.h \
	src/lab/cause.c src/lab/cause.h \
	src/lab/incoming.c src/lab/incoming.h \
	src/lab/lab.c src/lab/lab.h \
	src/lab/link.c src/lab/link.h src/lab/link_packet.c src/lab/link_tun.c \
	src/lab/lookout.c src/lab/lookout.h \
	src/lab/parts.c src/lab/parts.h \
	src/lab/quiet.c src/lab/quiet.h \
	src/lab/request.c src/lab/request.h \
	src/lab/stream.c src/lab/stream.h \
	src/lab/teller.c src/lab/teller.h \
	src/lab/tls_wire.c src/lab/tls_wire.h \
	src/lab/watched.c src/lab/watched.h \
	src/lab/wire.c src/lab/wire.h \
	src/lab/wire_connection.c src/lab/wire_connection.h \
	src/lab/wire_flight.c src/lab/wire_flight.h \
	src/lab/wire_hand.c src/lab/wire_hand.h \
	src/lab/wire_packet.c src/lab/wire_packet.h \
	src/lab/wire_pass.c src/lab/wire_pass.h \
	src/lab/wire_random.h \
	src/lab/wire_rules.c src/lab/wire_rules.h \
	src/lab/wire_state.h \
	src/lab/wire_summary.c src/lab/wire_summary.h \
	src/lab/wire_tell.c src/lab/wire_tell.h \
	src/lab/wired.c src/lab/wired.h
