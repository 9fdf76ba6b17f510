/*
 * The parts of the decoder, each in a file of its own (ip.c, ipv6.c, tcp.c, udp.c, icmp.c), and what they share
 * (decode_part.c). For them only.
 *
 * Each finds packet->len bytes at `bytes` (the whole packet, from its IP header) and reads none beyond.
 */
#ifndef SOCKSTEP_PACKET_DECODE_PART_H
#define SOCKSTEP_PACKET_DECODE_PART_H

#include "packet/packet.h"

/* Notes what is wrong, unless something was found wrong before. */
void note_fault(struct packet *packet, enum packet_fault_kind kind, uint32_t at, uint32_t value);
/* Bytes that are here from the transport header on. */
uint32_t transport_captured(const struct packet *packet);
/* Bytes that there should be from the transport header on, as the IP header says. */
uint32_t transport_len(const struct packet *packet);
/* Sets the payload: it starts `header_len` bytes into the transport's `len`. */
void set_payload(struct packet *packet, uint32_t header_len, uint32_t len);
/* Judges a checksum over the transport's `len` bytes; unknown where they are not all here. */
enum checksum_state judge_transport(const struct packet *packet, const uint8_t *bytes, uint32_t len, uint16_t field);

/*
 * The IP header with options or extensions: sets ip, captured, len, transport_offset, and transport to PACKET_OTHER
 * (there is something to decode), PACKET_FRAGMENT or PACKET_NONE.
 */
void decode_ip(struct packet *packet, const uint8_t *bytes, uint32_t captured);
void decode_ipv6(struct packet *packet, const uint8_t *bytes);
void decode_tcp(struct packet *packet, const uint8_t *bytes);
void decode_udp(struct packet *packet, const uint8_t *bytes);
void decode_icmp(struct packet *packet, const uint8_t *bytes);

#endif
