/*
 * A packet taken apart: what its IP header, its extension or option list and its TCP, UDP or ICMP header say.
 *
 * The struct has a fixed size, owns nothing and points nowhere: offsets count from the first byte of the IP header and
 * are meant for the bytes that were decoded, which the caller keeps. All numbers are in host byte order. Whatever could
 * not be read is zero; `malformed` then says what was wrong first.
 */
#ifndef SOCKSTEP_PACKET_PACKET_H
#define SOCKSTEP_PACKET_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/fault.h"

enum {
	PACKET_IP_OPTIONS_MOST = 40,  /* 40 bytes of options, and NOP takes one (RFC 791) */
	PACKET_TCP_OPTIONS_MOST = 40, /* the same in TCP (RFC 9293) */
	PACKET_SACK_BLOCKS_MOST = 4,  /* (40 - 2) / 8, rounded down; several SACK options hold no more either */
	PACKET_EXTENSIONS_MOST = 8,   /* IPv6 extension headers followed before the rest is called unknown */
};

/* The nine flags of TCP; AE is the bit that was NS (RFC 9768). */
enum tcp_flag {
	FLAG_FIN = 0x001,
	FLAG_SYN = 0x002,
	FLAG_RST = 0x004,
	FLAG_PSH = 0x008,
	FLAG_ACK = 0x010,
	FLAG_URG = 0x020,
	FLAG_ECE = 0x040,
	FLAG_CWR = 0x080,
	FLAG_AE = 0x100,
	FLAGS_ALL = 0x1ff,
};

enum checksum_state {
	CHECKSUM_UNKNOWN,    /* not all the bytes it covers are here (a fragment, a cut packet) */
	CHECKSUM_OK,
	CHECKSUM_BAD,
	CHECKSUM_NOT_FILLED, /* it holds the pseudo-header's sum only: the sender left the rest to the hardware */
	CHECKSUM_ABSENT,     /* UDP over IPv4 with 0: none was computed (RFC 768) */
};

struct packet_addr {
	uint8_t bytes[16]; /* IPv4: the first four, the others zero */
};

struct packet_option {
	uint8_t kind;    /* with copied flag and class, as in the packet */
	uint8_t len;     /* of the whole option; 1 for end and NOP */
	uint16_t offset;
};

struct packet_extension {
	uint8_t type;    /* the protocol number by which the header before it announced it */
	uint16_t len;    /* bytes */
	uint32_t offset;
};

struct packet_ip {
	uint8_t version;          /* 4, 6, or 0: not an IP packet */
	uint8_t traffic_class;    /* DSCP and ECN; IPv4 calls it type of service */
	uint8_t ttl;              /* IPv6: hop limit */
	uint8_t protocol;         /* of what follows the header and its extensions */
	uint16_t header_len;      /* bytes, with options and extensions */
	uint16_t checksum;        /* IPv4 only */
	enum checksum_state checksum_state;
	uint32_t total_len;       /* bytes with the header, as the header says */
	uint32_t id;              /* identification of the datagram that fragments belong to */
	uint32_t flow_label;      /* IPv6 */
	uint32_t fragment_offset; /* bytes */
	bool reserved_flag;       /* IPv4: the flag that must be zero */
	bool dont_fragment;
	bool more_fragments;
	bool is_fragment;         /* a part of a datagram: more follow, or the offset is not 0 */
	bool is_routed;           /* a source route: dst is only its next stop, and not in the pseudo-header */
	bool chain_unfinished;    /* more extension headers than we follow */
	struct packet_addr src, dst;
	uint8_t option_count, extension_count;
	struct packet_option options[PACKET_IP_OPTIONS_MOST];
	struct packet_extension extensions[PACKET_EXTENSIONS_MOST];
};

struct sack_block {
	uint32_t left, right; /* absolute; right is the first number that is not in it (RFC 2018) */
};

struct tcp_option {
	uint8_t kind;
	uint8_t len;       /* of the whole option; 1 for end and NOP */
	uint8_t offset;    /* from the start of the TCP header */
	bool is_malformed; /* its length is not one that its kind may have: the values below are not set */
	union {
		uint16_t mss;
		uint8_t window_shift;                              /* as sent; above 14 means 14 (RFC 7323) */
		struct { uint8_t first, count; } sack;             /* into sack_blocks */
		struct { uint32_t value, echo; } timestamps;
		struct { uint8_t key_id, next_key_id, mac_len; } authentication; /* RFC 5925 */
		struct { uint8_t cookie_len; } fast_open;          /* 0: one is asked for; it starts 2 after offset */
		struct { uint8_t subtype; } mptcp;                 /* RFC 8684 */
		struct { uint16_t amount; bool is_minutes; } user_timeout; /* RFC 5482 */
		struct { uint16_t id; } experiment;                /* RFC 6994 */
		struct { uint32_t value; } number;                 /* echo, connection count and other single numbers */
	};
};

struct packet_tcp {
	uint16_t src_port, dst_port;
	uint32_t seq, ack;
	uint16_t flags;      /* of enum tcp_flag */
	uint8_t reserved;    /* the three bits that must be zero */
	uint8_t header_len;  /* bytes with options; 0: the header is not whole, flags and what follows are unknown */
	uint16_t window;     /* raw */
	uint16_t checksum;
	enum checksum_state checksum_state;
	uint16_t urgent;
	uint8_t option_count, sack_count;
	struct sack_block sack_blocks[PACKET_SACK_BLOCKS_MOST];
	struct tcp_option options[PACKET_TCP_OPTIONS_MOST];
};

struct packet_udp {
	uint16_t src_port, dst_port;
	uint16_t len;        /* as the header says, with its 8 bytes */
	uint16_t checksum;
	enum checksum_state checksum_state;
};

/* The packet that an ICMP error speaks of, as far as it was quoted. */
struct packet_quote {
	bool is_known;       /* its addresses and protocol could be read */
	bool has_ports;
	bool has_seq;        /* of TCP */
	uint8_t version, protocol;
	struct packet_addr src, dst;
	uint16_t src_port, dst_port; /* ICMP echo: src_port is its identifier */
	uint32_t seq;
	uint32_t offset, len;
};

struct packet_icmp {
	uint8_t type, code;
	uint16_t checksum;
	enum checksum_state checksum_state;
	uint16_t id, seq;    /* of echo and timestamp messages */
	uint32_t mtu;        /* of "fragmentation needed" and "packet too big"; 0 from routers before RFC 1191 */
	uint32_t pointer;    /* of "parameter problem" */
	struct packet_addr target; /* redirect: the better router; neighbour discovery: whom it is about */
	struct packet_quote quote;
};

enum packet_transport {
	PACKET_NONE,     /* nothing follows the IP header, or it could not be reached */
	PACKET_TCP,
	PACKET_UDP,
	PACKET_ICMP,
	PACKET_ICMPV6,
	PACKET_FRAGMENT, /* a fragment but not the first: ip.protocol is known, its header is elsewhere */
	PACKET_OTHER,    /* a protocol that is not taken apart (ESP, SCTP, unknown) */
};

struct packet {
	uint32_t captured;         /* bytes given */
	uint32_t len;              /* bytes of it that are here: the lesser of captured and ip.total_len */
	bool checksum_left_out;    /* that of the transport is known not to be filled in, and not looked at */
	struct packet_ip ip;
	enum packet_transport transport;
	uint32_t transport_offset;
	union {
		struct packet_tcp tcp;
		struct packet_udp udp;
		struct packet_icmp icmp;
	};
	uint32_t payload_offset;   /* of what follows the last header that was read */
	uint32_t payload_len;      /* as the headers say */
	uint32_t payload_captured; /* bytes of it that are here */
	struct packet_fault malformed;
};

#endif
