#include "observe/proc_raw.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 4, WORD_DIGITS = 8 };

/* An address as the kernel prints it: each 32-bit word of it, taken as a number of this machine, in 8 digits. */
static bool read_host(const char *digits, int family, uint32_t words[WORDS_MAX])
{
	size_t count = family == AF_INET ? 1 : WORDS_MAX;

	if (strlen(digits) != count * WORD_DIGITS)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (sscanf(digits + i * WORD_DIGITS, "%8x", &words[i]) != 1)
			return false;
	}
	return true;
}

static bool read_endpoint(const char *digits, unsigned port, int family, struct address *address)
{
	uint32_t words[WORDS_MAX];
	struct in_addr addr;
	struct in6_addr addr6;

	if (!read_host(digits, family, words))
		return false;
	memcpy(&addr, words, sizeof(addr));
	memcpy(&addr6, words, sizeof(addr6));
	*address = family == AF_INET ? address_of_in(addr, (uint16_t)port) : address_of_in6(addr6, (uint16_t)port);
	return true;
}

bool proc_raw_parse(const char *line, int family, struct socket_facts *facts)
{
	char local[WORDS_MAX * WORD_DIGITS + 1], peer[WORDS_MAX * WORD_DIGITS + 1];
	unsigned local_port, peer_port, state, sendq, recvq, uid, inode;

	*facts = (struct socket_facts){ .protocol = IPPROTO_RAW, .family = family, .type = SOCK_RAW };
	/* number: local:port peer:port state tx:rx timer:when retransmits uid timeout inode */
	if (sscanf(line, "%*u: %32[0-9A-Fa-f]:%4x %32[0-9A-Fa-f]:%4x %2x %8x:%8x %*x:%*x %*x %10u %*d %10u", local,
		   &local_port, peer, &peer_port, &state, &sendq, &recvq, &uid, &inode) != 9)
		return false;
	facts->state = (int)state;
	facts->sendq = sendq;
	facts->recvq = recvq;
	facts->uid = uid;
	facts->inode = inode;
	/* A raw socket's port is the number of its protocol, for getsockname() too. */
	facts->raw_protocol = (int)local_port;
	return read_endpoint(local, local_port, family, &facts->local) &&
	       read_endpoint(peer, peer_port, family, &facts->peer);
}
