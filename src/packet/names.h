/*
 * Names for the numbers in headers: one table each of IP protocols, IPv4 options and ICMP messages. (TCP's options have
 * theirs in tcp_options.c.) All answers are constants.
 */
#ifndef SOCKSTEP_PACKET_NAMES_H
#define SOCKSTEP_PACKET_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "packet/packet.h"

/* What stands in an ICMP message after its first four bytes. */
enum icmp_body {
	ICMP_BODY_PLAIN,    /* nothing that we take apart */
	ICMP_BODY_ECHO,     /* identifier and sequence number */
	ICMP_BODY_ERROR,    /* the beginning of the packet in question */
	ICMP_BODY_REDIRECT, /* the same after a router's address */
	ICMP_BODY_MTU,      /* the same after the MTU of the next hop */
	ICMP_BODY_POINTER,  /* the same after the offset of the wrong field */
	ICMP_BODY_TARGET,   /* neighbour discovery: an address after four bytes */
};

/* "TCP"; NULL if it has no name here. */
const char *protocol_name(uint8_t protocol);
/* "Record route"; NULL if unknown. */
const char *ip_option_name(uint8_t kind);
/* "echo request", "port unreachable"; `version` is that of IP. NULL if unknown. */
const char *icmp_name(uint8_t version, uint8_t type, uint8_t code);
/* The name of the type alone: "destination unreachable" for every code. NULL if unknown. */
const char *icmp_type_name(uint8_t version, uint8_t type);
enum icmp_body icmp_body(uint8_t version, uint8_t type, uint8_t code);
/* Is it an answer to a packet that went wrong, so that none may be sent about it (RFC 1122 3.2.2, RFC 4443 2.4)? */
bool icmp_is_error(uint8_t version, uint8_t type);

/* Adds "SYN,ACK": in the order SYN FIN RST PSH ACK URG ECE CWR AE; nothing if none is set. */
void flags_describe(struct text *out, uint16_t flags);
/* The same read back, in any order and case. "none" and "" are no flags. False: `names` has something else in it. */
bool flags_parse(uint16_t *flags, const char *names);
/* "10.0.0.1" or "fd00::1". */
void addr_describe(struct text *out, uint8_t version, const struct packet_addr *addr);
/* "ok", "bad", "not filled" and so on. */
const char *checksum_name(enum checksum_state state);

#endif
