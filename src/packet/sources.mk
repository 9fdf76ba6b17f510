packet_sources = \
	src/packet/packet.h \
	src/packet/fault.c src/packet/fault.h \
	src/packet/bytes.h \
	src/packet/checksum.c src/packet/checksum.h \
	src/packet/names.c src/packet/names.h \
	src/packet/tcp_options.c src/packet/tcp_options.h \
	src/packet/tcp_options_parse.c \
	src/packet/decode.c src/packet/decode.h \
	src/packet/decode_part.c src/packet/decode_part.h \
	src/packet/ip.c \
	src/packet/ipv6.c \
	src/packet/tcp.c \
	src/packet/udp.c \
	src/packet/icmp.c \
	src/packet/describe.c src/packet/describe.h \
	src/packet/rows.c src/packet/rows.h \
	src/packet/build.c src/packet/build.h \
	src/packet/answer.c src/packet/answer.h \
	src/packet/ranges.c src/packet/ranges.h \
	src/packet/track.c src/packet/track.h
