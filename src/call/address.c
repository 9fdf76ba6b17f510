#include "call/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/show.h"

static const size_t UNIX_HEADER = offsetof(struct sockaddr_un, sun_path);

struct address address_of_in(struct in_addr addr, uint16_t port)
{
	return (struct address){
		.in = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = addr },
		.len = sizeof(struct sockaddr_in),
	};
}

struct address address_of_in6(struct in6_addr addr, uint16_t port)
{
	return (struct address){
		.in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = addr },
		.len = sizeof(struct sockaddr_in6),
	};
}

struct address address_any(int family, uint16_t port)
{
	if (family == AF_INET6)
		return address_of_in6(in6addr_any, port);
	return address_of_in((struct in_addr){ .s_addr = htonl(INADDR_ANY) }, port);
}

/* The part after % of a link-local address (RFC 4007 section 11): an interface's name or its index. */
static bool read_scope(const char *string, uint32_t *scope)
{
	char *end;
	unsigned long number = strtoul(string, &end, 10);

	if (*string != '\0' && *end == '\0' && number <= UINT32_MAX)
		*scope = (uint32_t)number;
	else
		*scope = if_nametoindex(string);
	return *scope != 0;
}

static bool read_ip6(struct address *address, const char *string)
{
	const char *percent = strchr(string, '%');
	size_t len = percent == NULL ? strlen(string) : (size_t)(percent - string);
	char host[INET6_ADDRSTRLEN];
	struct in6_addr addr;
	uint32_t scope = 0;

	if (len >= sizeof(host))
		return false;
	memcpy(host, string, len);
	host[len] = '\0';
	if (inet_pton(AF_INET6, host, &addr) != 1 || (percent != NULL && !read_scope(percent + 1, &scope)))
		return false;
	*address = address_of_in6(addr, 0);
	address->in6.sin6_scope_id = scope;
	return true;
}

bool address_read_ip(struct address *address, const char *string)
{
	struct in_addr addr;

	if (inet_pton(AF_INET, string, &addr) == 1) {
		*address = address_of_in(addr, 0);
		return true;
	}
	return read_ip6(address, string);
}

static int hex_digit(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	return -1;
}

/* One byte of a name, which may be \xHH or a doubled backslash; returns what it took, 0 if it is badly escaped. */
static size_t read_name_byte(const char *string, char *byte)
{
	if (string[0] != '\\') {
		*byte = string[0];
		return 1;
	}
	if (string[1] == '\\') {
		*byte = '\\';
		return 2;
	}
	if (string[1] != 'x' || hex_digit(string[2]) < 0 || hex_digit(string[3]) < 0)
		return 0;
	*byte = (char)(hex_digit(string[2]) * 16 + hex_digit(string[3]));
	return 4;
}

bool address_read_unix(struct address *address, const char *string, struct text *message)
{
	const char *name = string + strlen("unix:");
	size_t len = 0;
	bool abstract = *name == '@';

	*address = (struct address){ .un = { .sun_family = AF_UNIX } };
	for (size_t taken; *name != '\0'; name += taken) {
		if (len == sizeof(address->un.sun_path)) {
			text_addf(message, "a UNIX socket's name has at most %zu bytes", sizeof(address->un.sun_path));
			return false;
		}
		taken = read_name_byte(name, &address->un.sun_path[len++]);
		if (taken == 0) {
			text_add(message, "in a UNIX socket's name \\ is written \\\\ and any byte \\xHH");
			return false;
		}
	}
	if (abstract)
		address->un.sun_path[0] = '\0';
	/* A path counts its NUL where it fits, an abstract name has none, the unnamed address is the family alone. */
	if (len > 0 && !abstract && len < sizeof(address->un.sun_path))
		len++;
	address->len = (socklen_t)(UNIX_HEADER + len);
	return true;
}

static bool read_printed_unix(struct address *address, const char *string)
{
	struct text message;
	bool ok;

	text_init(&message);
	ok = address_read_unix(address, string, &message);
	text_release(&message);
	return ok;
}

/* The host part of an address with a port, without its brackets; false if it is longer than any. */
static bool host_part(char host[INET6_ADDRSTRLEN + IF_NAMESIZE], const char *string, const char *colon)
{
	bool brackets = *string == '[' && colon > string && colon[-1] == ']';
	const char *from = string + brackets, *to = colon - brackets;

	if (to <= from || to - from >= INET6_ADDRSTRLEN + IF_NAMESIZE)
		return false;
	memcpy(host, from, (size_t)(to - from));
	host[to - from] = '\0';
	return true;
}

bool address_read(struct address *address, const char *string, int family)
{
	const char *colon = strrchr(string, ':');
	char host[INET6_ADDRSTRLEN + IF_NAMESIZE], *end;
	unsigned long port;

	if (string_starts_with(string, "unix:"))
		return read_printed_unix(address, string);
	if (colon == NULL || !host_part(host, string, colon))
		return false;
	port = strtoul(colon + 1, &end, 10);
	if (colon[1] == '\0' || *end != '\0' || port > UINT16_MAX)
		return false;
	if (string_is(host, "*"))
		*address = address_any(family, 0);
	else if (!address_read_ip(address, host))
		return false;
	address_set_port(address, (uint16_t)port);
	return true;
}

bool address_is_ip(const struct address *address)
{
	return address->len > 0 && (address->any.sa_family == AF_INET || address->any.sa_family == AF_INET6);
}

uint16_t address_port(const struct address *address)
{
	if (!address_is_ip(address))
		return 0;
	return ntohs(address->any.sa_family == AF_INET ? address->in.sin_port : address->in6.sin6_port);
}

void address_set_port(struct address *address, uint16_t port)
{
	if (address->any.sa_family == AF_INET)
		address->in.sin_port = htons(port);
	else if (address->any.sa_family == AF_INET6)
		address->in6.sin6_port = htons(port);
}

bool address_is_wildcard(const struct address *address)
{
	if (!address_is_ip(address))
		return false;
	if (address->any.sa_family == AF_INET)
		return address->in.sin_addr.s_addr == htonl(INADDR_ANY);
	return IN6_IS_ADDR_UNSPECIFIED(&address->in6.sin6_addr);
}

struct address address_unmapped(const struct address *address)
{
	struct in_addr addr;

	if (!address_is_ip(address) || address->any.sa_family != AF_INET6 ||
	    !IN6_IS_ADDR_V4MAPPED(&address->in6.sin6_addr))
		return *address;
	memcpy(&addr, &address->in6.sin6_addr.s6_addr[12], sizeof(addr));
	return address_of_in(addr, ntohs(address->in6.sin6_port));
}

static bool equal_in6(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	return a->sin6_port == b->sin6_port && a->sin6_scope_id == b->sin6_scope_id &&
	       IN6_ARE_ADDR_EQUAL(&a->sin6_addr, &b->sin6_addr);
}

bool address_equal(const struct address *a, const struct address *b)
{
	if (a->len == 0 || b->len == 0)
		return a->len == b->len;
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->in.sin_port == b->in.sin_port && a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
	if (a->any.sa_family == AF_INET6)
		return equal_in6(&a->in6, &b->in6);
	return a->len == b->len && memcmp(a, b, a->len) == 0;
}

/* Of 50,000 sockets twice: printf() would take most of the time. */
static void print_in4(struct text *out, uint32_t address)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		text_add_int(out, address >> shift & 0xff);
		if (shift > 0)
			text_add_char(out, '.');
	}
}

void address_print_host(struct text *out, const struct address *address, bool brackets)
{
	char host[INET6_ADDRSTRLEN];

	if (address->any.sa_family != AF_INET6) {
		print_in4(out, ntohl(address->in.sin_addr.s_addr));
		return;
	}
	inet_ntop(AF_INET6, &address->in6.sin6_addr, host, sizeof(host));
	text_add(out, brackets ? "[" : "");
	text_add(out, host);
	if (address->in6.sin6_scope_id != 0)
		text_addf(out, "%%%u", address->in6.sin6_scope_id);
	text_add(out, brackets ? "]" : "");
}

/* The name's bytes, a path's closing NUL left out. */
static size_t unix_name_len(const struct address *address)
{
	size_t len = address->len > UNIX_HEADER ? address->len - UNIX_HEADER : 0;

	if (len > 0 && address->un.sun_path[0] != '\0')
		len = strnlen(address->un.sun_path, len);
	return len;
}

static void print_unix(struct text *out, const struct address *address)
{
	size_t len = unix_name_len(address);
	const char *name = address->un.sun_path;

	text_add(out, "unix:");
	if (len > 0 && name[0] == '\0') {
		text_add(out, "@");
		name++;
		len--;
	}
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '\\')
			text_add(out, "\\\\");
		else if (name[i] > ' ' && name[i] < 0x7f && strchr("\",()[]{}#", name[i]) == NULL)
			text_add_char(out, name[i]);
		else
			text_addf(out, "\\x%02x", (unsigned char)name[i]);
	}
}

void address_print(struct text *out, const struct address *address)
{
	if (address->len == 0)
		return;
	if (address->any.sa_family == AF_UNIX) {
		print_unix(out, address);
		return;
	}
	if (!address_is_ip(address)) {
		text_addf(out, "family:%d", address->any.sa_family);
		return;
	}
	if (address->any.sa_family == AF_INET && address_is_wildcard(address))
		text_add(out, "*");
	else
		address_print_host(out, address, true);
	text_add_char(out, ':');
	text_add_int(out, address_port(address));
}

static void print_struct_in6(struct text *out, const struct address *address)
{
	char host[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &address->in6.sin6_addr, host, sizeof(host));
	text_addf(out,
		  "{sa_family=AF_INET6, sin6_port=htons(%u), sin6_flowinfo=htonl(%u), "
		  "inet_pton(AF_INET6, \"%s\", &sin6_addr), sin6_scope_id=%u}",
		  address_port(address), ntohl(address->in6.sin6_flowinfo), host, address->in6.sin6_scope_id);
}

static void print_struct_unix(struct text *out, const struct address *address)
{
	size_t len = unix_name_len(address);
	bool abstract = len > 0 && address->un.sun_path[0] == '\0';

	text_add(out, "{sa_family=AF_UNIX");
	if (len > 0) {
		text_add(out, abstract ? ", sun_path=@" : ", sun_path=");
		show_quoted(out, address->un.sun_path + abstract, len - abstract, 0, SHOW_ASCII);
	}
	text_add(out, "}");
}

void address_print_struct(struct text *out, const struct address *address)
{
	if (address->len == 0)
		text_add(out, "NULL");
	else if (address->any.sa_family == AF_UNIX)
		print_struct_unix(out, address);
	else if (address->any.sa_family == AF_INET6)
		print_struct_in6(out, address);
	else {
		char host[INET_ADDRSTRLEN];

		inet_ntop(AF_INET, &address->in.sin_addr, host, sizeof(host));
		text_addf(out, "{sa_family=AF_INET, sin_port=htons(%u), sin_addr=inet_addr(\"%s\")}",
			  address_port(address), host);
	}
}
