/*
 * What the tests of src/observe share: sockets on the loopback of a network namespace of their own (this machine's,
 * where none can be made), and looking them up. Every helper fails the running test when a system call does.
 */
#ifndef SOCKSTEP_TESTS_OBSERVE_HELP_H
#define SOCKSTEP_TESTS_OBSERVE_HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "observe/diag.h"

struct watch {
	struct diag diag;
	struct text message;
};

/* A connection on loopback: `server` is -1 until accept_one(). */
struct connection {
	int listener, client, server;
	struct diag_key client_key, server_key; /* without cookies */
};

/* A network namespace for this process, with a loopback that is up. False: it is the machine's. */
bool own_network(void);

struct watch *watch_new(void);
void watch_free(struct watch *watch);

struct address loopback(int family);           /* with port 0 */
struct address ip_address(const char *string); /* with port 0 */
struct address local_of(int fd);
struct address peer_of(int fd);
uint64_t cookie_of(int fd);
int open_socket(int family, int type, int protocol);
void bind_to(int fd, struct address address);
void set_flag(int fd, int level, int option);

/* A TCP listener on a port that the kernel chose. */
int listen_on(struct address address, int backlog);
/* connect() to a listener that was made with listen_on(); an IPv4 client reaches a dual-stack one. */
int connect_to(struct address address);
struct connection connection_open(int family, int backlog);
void accept_one(struct connection *connection);
void connection_close(struct connection *connection);

struct diag_key tcp_key(struct address local, struct address peer);
/* The key of the socket behind a descriptor. */
struct diag_key key_of(int fd);

/* Looks and asserts that it is there; and that it is not. */
struct socket_facts look(struct watch *watch, struct diag_key key);
void assert_gone(struct watch *watch, struct diag_key key);
/* Looks until it is in that state, or has that timer; fails after 10 s. */
struct socket_facts await_state(struct watch *watch, struct diag_key key, int socket_state);
struct socket_facts await_timer(struct watch *watch, struct diag_key key, enum socket_timer timer);

#endif
