#include "session/proxy_header.h"

#include <string.h>

#include "base/show.h"

static const char SIGNATURE[] = "\r\n\r\n\0\r\nQUIT\n";

enum { SIGNATURE_LEN = 12, HEAD_LEN = 16, LINE_MAX_LEN = 107, IN_LEN = 12, IN6_LEN = 36 };

static bool is_pair(const struct address *source, const struct address *destination)
{
	return address_is_ip(source) && source->any.sa_family == destination->any.sa_family;
}

/* ---- version 1: a line ---- */

static void add_line(struct text *out, const struct address *source, const struct address *destination)
{
	if (!is_pair(source, destination)) {
		text_add(out, "PROXY UNKNOWN\r\n");
		return;
	}
	text_add(out, source->any.sa_family == AF_INET6 ? "PROXY TCP6 " : "PROXY TCP4 ");
	address_print_host(out, source, false);
	text_add_char(out, ' ');
	address_print_host(out, destination, false);
	text_addf(out, " %u %u\r\n", address_port(source), address_port(destination));
}

static enum proxy_header read_line(const char *bytes, size_t count, size_t *len, struct text *said)
{
	const char *end = memmem(bytes, count < LINE_MAX_LEN ? count : LINE_MAX_LEN, "\r\n", 2);

	if (end == NULL)
		return count < LINE_MAX_LEN ? PROXY_HEADER_PART : PROXY_HEADER_NONE;
	*len = (size_t)(end + 2 - bytes);
	show_bytes(said, bytes, (size_t)(end - bytes), SHOW_ASCII);
	return PROXY_HEADER_WHOLE;
}

/* ---- version 2: bytes ---- */

static void add_number(struct text *out, unsigned number)
{
	text_add_char(out, (char)(number >> 8 & 0xff));
	text_add_char(out, (char)(number & 0xff));
}

static void add_host_bytes(struct text *out, const struct address *address)
{
	if (address->any.sa_family == AF_INET)
		text_add_bytes(out, (const char *)&address->in.sin_addr, sizeof(address->in.sin_addr));
	else
		text_add_bytes(out, (const char *)&address->in6.sin6_addr, sizeof(address->in6.sin6_addr));
}

static void add_binary(struct text *out, const struct address *source, const struct address *destination)
{
	enum { VERSION_2_PROXY = 0x21, TCP4 = 0x11, TCP6 = 0x21 };
	bool six = source->any.sa_family == AF_INET6, known = is_pair(source, destination);

	text_add_bytes(out, SIGNATURE, SIGNATURE_LEN);
	text_add_char(out, VERSION_2_PROXY);
	text_add_char(out, (char)(!known ? 0 : six ? TCP6 : TCP4));
	add_number(out, !known ? 0 : six ? IN6_LEN : IN_LEN);
	if (!known)
		return;
	add_host_bytes(out, source);
	add_host_bytes(out, destination);
	add_number(out, address_port(source));
	add_number(out, address_port(destination));
}

static unsigned number_at(const unsigned char *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

static void say_pair(struct text *said, const unsigned char *bytes, bool six)
{
	size_t host = six ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	unsigned source_port = number_at(bytes + 2 * host), port = number_at(bytes + 2 * host + 2);
	struct address source, destination;
	struct in6_addr in6[2];
	struct in_addr in[2];

	if (six) {
		memcpy(in6, bytes, sizeof(in6));
		source = address_of_in6(in6[0], (uint16_t)source_port);
		destination = address_of_in6(in6[1], (uint16_t)port);
	} else {
		memcpy(in, bytes, sizeof(in));
		source = address_of_in(in[0], (uint16_t)source_port);
		destination = address_of_in(in[1], (uint16_t)port);
	}
	address_print(said, &source);
	text_add(said, " to ");
	address_print(said, &destination);
}

static enum proxy_header read_binary(const char *bytes, size_t count, size_t *len, struct text *said)
{
	const unsigned char *head = (const unsigned char *)bytes;
	unsigned rest, family;

	if (count < HEAD_LEN)
		return PROXY_HEADER_PART;
	rest = number_at(head + 14);
	family = head[13] >> 4;
	if (head[12] >> 4 != 2 || rest > PROXY_HEADER_MAX - HEAD_LEN)
		return PROXY_HEADER_NONE;
	if (count < HEAD_LEN + rest)
		return PROXY_HEADER_PART;
	*len = HEAD_LEN + rest;
	text_add(said, "version 2, ");
	if ((head[12] & 0xf) == 0)
		text_add(said, "the proxy itself (LOCAL)");
	else if ((family == 1 && rest >= IN_LEN) || (family == 2 && rest >= IN6_LEN))
		say_pair(said, head + HEAD_LEN, family == 2);
	else
		text_add(said, "unknown");
	return PROXY_HEADER_WHOLE;
}

/* ---- */

void proxy_header_add(struct text *out, int version, const struct address *source,
		      const struct address *destination)
{
	if (version == 1)
		add_line(out, source, destination);
	else
		add_binary(out, source, destination);
}

static bool begins(const char *bytes, size_t count, const char *with, size_t len)
{
	return memcmp(bytes, with, count < len ? count : len) == 0;
}

enum proxy_header proxy_header_read(const char *bytes, size_t count, size_t *len, struct text *said)
{
	if (count == 0)
		return PROXY_HEADER_PART;
	if (begins(bytes, count, "PROXY ", 6))
		return count < 6 ? PROXY_HEADER_PART : read_line(bytes, count, len, said);
	if (begins(bytes, count, SIGNATURE, SIGNATURE_LEN))
		return count < SIGNATURE_LEN ? PROXY_HEADER_PART : read_binary(bytes, count, len, said);
	return PROXY_HEADER_NONE;
}
