/*
 * A socket address as the language writes it and the kernel takes it: 10.0.0.2:80, [fd00::2]:80, *:80, unix:/path,
 * unix:@abstract (unix(7): a leading NUL, shown as @, other bytes as C escapes), unix: (unnamed).
 */
#ifndef SOCKSTEP_CALL_ADDRESS_H
#define SOCKSTEP_CALL_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		struct sockaddr_storage storage;
	};
	socklen_t len; /* as bind(2) and getsockname(2) count; 0: no address */
};

/* From two parts. Ports are host order. */
struct address address_of_in(struct in_addr addr, uint16_t port);
struct address address_of_in6(struct in6_addr addr, uint16_t port);
/* The wildcard of AF_INET or AF_INET6. */
struct address address_any(int family, uint16_t port);

/* Reads a numeric IP address without a port ("10.0.0.2", "fd00::2", "fe80::1%2"); false if it is none. */
bool address_read_ip(struct address *address, const char *string);
/* "unix:…" as above; false with a message if it is too long or the name is badly escaped. */
bool address_read_unix(struct address *address, const char *string, struct text *message);

/* What address_print() wrote: IP with its port, or UNIX. `family` is that of *:80. False if it is none. */
bool address_read(struct address *address, const char *string, int family);

bool address_is_ip(const struct address *address);
/* 0 for what has no port. */
uint16_t address_port(const struct address *address);
void address_set_port(struct address *address, uint16_t port);
bool address_is_wildcard(const struct address *address); /* 0.0.0.0 or :: , whatever the port */
/* An IPv4-mapped IPv6 address becomes the IPv4 one; others stay. */
struct address address_unmapped(const struct address *address);
/* The same kernel address: family, address, port, scope; for UNIX the name. */
bool address_equal(const struct address *a, const struct address *b);

/* The short form, of which every byte is printable ASCII. `*:80` for 0.0.0.0, `[::]:80` for ::. An empty address adds
 * nothing. */
void address_print(struct text *out, const struct address *address);
/* The host part alone, with brackets for IPv6 only if asked. */
void address_print_host(struct text *out, const struct address *address, bool brackets);
/* As strace prints it: {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.0.0.2")}. */
void address_print_struct(struct text *out, const struct address *address);

#endif
