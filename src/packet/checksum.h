/*
 * The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words. Sums are carried
 * unfolded, so that pieces can be added one after the other; every piece but the last has an even length.
 */
#ifndef SOCKSTEP_PACKET_CHECKSUM_H
#define SOCKSTEP_PACKET_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "packet/packet.h"

/* `sum` and the words of `bytes` added; an odd last byte counts as if a zero followed. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len);
/* The sum of the pseudo-header (RFC 9293 3.1, RFC 8200 8.1) for `len` bytes of that protocol. */
uint64_t checksum_pseudo_header(const struct packet_ip *ip, uint8_t protocol, uint32_t len);
/* The sum brought to 16 bits, not complemented. */
uint16_t checksum_fold(uint64_t sum);
/* What to write into the field, the sum having been taken with the field zero. */
uint16_t checksum_finish(uint64_t sum);
/*
 * Judges a checksum: `pseudo` is the pseudo-header's sum (0 where there is none), `bytes` what it covers with the field
 * in it, `field` the field's value.
 */
enum checksum_state checksum_judge(uint64_t pseudo, const uint8_t *bytes, size_t len, uint16_t field);

#endif
