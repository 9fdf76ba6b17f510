/*
 * Bytes to fields: a raw IP packet (no link header) taken apart into a struct packet.
 */
#ifndef SOCKSTEP_PACKET_DECODE_H
#define SOCKSTEP_PACKET_DECODE_H

#include "packet/packet.h"

/*
 * Decodes `captured` bytes. Never fails and never reads past them: what is malformed is decoded as far as it is valid,
 * and packet->malformed says what was wrong first. Fragments are not put together.
 */
void packet_decode(struct packet *packet, const void *bytes, size_t captured);
/* The same of a super-frame: its transport's checksum is CHECKSUM_NOT_FILLED without having been added up. */
void packet_decode_super_frame(struct packet *packet, const void *bytes, size_t captured);
/* Is it TCP with its whole header, so that flags, window and options are known? */
bool packet_has_tcp(const struct packet *packet);
/* Is the header of TCP, UDP or ICMP whole? */
bool packet_has_transport(const struct packet *packet);
/* The ports of TCP or UDP; false if they are not known. */
bool packet_ports(const struct packet *packet, uint16_t *src_port, uint16_t *dst_port);

#endif
