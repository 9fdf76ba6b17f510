#include "packet/checksum.h"

#include <endian.h>
#include <string.h>

#include "packet/bytes.h"

/* Four bytes at a time, in the machine's own order: the sum does not depend on it (RFC 1071, 2B), once it is brought to
 * 16 bits and these are put in order. */
static uint64_t add_words(const uint8_t *bytes, size_t len)
{
	uint64_t sum = 0;
	uint32_t word;

	for (; len >= sizeof(word); bytes += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum += word;
	}
	return be16toh(checksum_fold(sum));
}

uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len)
{
	size_t words = len & ~(size_t)3;

	sum += add_words(bytes, words);
	bytes += words;
	len -= words;
	for (; len >= 2; bytes += 2, len -= 2)
		sum += get16(bytes);
	if (len == 1)
		sum += (uint64_t)bytes[0] << 8;
	return sum;
}

uint64_t checksum_pseudo_header(const struct packet_ip *ip, uint8_t protocol, uint32_t len)
{
	size_t address_len = ip->version == 4 ? 4 : 16;
	uint64_t sum = checksum_add(0, ip->src.bytes, address_len);

	sum = checksum_add(sum, ip->dst.bytes, address_len);
	return sum + protocol + (len >> 16) + (len & 0xffff);
}

uint16_t checksum_fold(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t checksum_finish(uint64_t sum)
{
	return (uint16_t)~checksum_fold(sum);
}

enum checksum_state checksum_judge(uint64_t pseudo, const uint8_t *bytes, size_t len, uint16_t field)
{
	if (checksum_fold(checksum_add(pseudo, bytes, len)) == 0xffff)
		return CHECKSUM_OK;
	if (pseudo != 0 && field == checksum_fold(pseudo))
		return CHECKSUM_NOT_FILLED;
	return CHECKSUM_BAD;
}
