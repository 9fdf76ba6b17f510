/*
 * Small pieces of text about sockets that several tables and explanations have in common.
 */
#ifndef SOCKSTEP_SESSION_RENDERING_H
#define SOCKSTEP_SESSION_RENDERING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "observe/facts.h"
#include "world/world.h"

/* "tcp", and "tcp6" for AF_INET6; so udp and raw. */
void rendering_protocol(struct text *out, const char *proto, int64_t family);
/* "tcp", "udp", "raw", "unix" by the kernel's number. */
const char *rendering_protocol_name(int protocol);
/* An address as the world has it; "" for none: not bound, not connected. */
const char *rendering_address(const char *address);
/* The port of an IP address as it is printed; 0 if it has none. */
unsigned rendering_port(const char *address);
/* Are they of one protocol and, of UNIX, one type? */
bool rendering_same_kind(const struct world_socket *socket, const struct event_fd *row);
/* Is it bound to a port or to a name? */
bool rendering_is_bound(const char *address);
/* A state, with the queue of a listener: "LISTEN 1/5" ("?" for what is not known). */
void rendering_state(struct text *out, const char *state, const struct world_socket *socket);

#endif
