/*
 * A world for tests of the session: told by events as they would be recorded, with a kernel that says what the test
 * wants, or nothing. No process, no socket, no clock.
 */
#ifndef SOCKSTEP_TESTS_SESSION_STORY_H
#define SOCKSTEP_TESTS_SESSION_STORY_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/inquiry.h"

enum { STORY_SOCKETS_MAX = 8 };
/* Cookies of the two whose state events name their descriptors, client 3 and server 4. */
enum { STORY_CLIENT = 31, STORY_SERVER = 32 };

struct story {
	struct event_base *base;
	struct session session;
	struct text said; /* what commands said and complained, a line each */
	bool kernel;      /* does it answer at all? */
	struct socket_facts sockets[STORY_SOCKETS_MAX]; /* what it lists */
	size_t socket_count;
	const char *addresses, *port_range, *low_ports, *controls; /* of the host; NULL: not known */
};

/* The host local and the sides client (pid 101) and server (102). The kernel answers. */
void story_begin(struct story *story);
void story_end(struct story *story);
struct inquiry story_inquiry(struct story *story);

/* An event as JSON without braces, seq and t, with ' for ". */
void story_tell(struct story *story, double t, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A TCP row: local and peer may be "" for none. */
void story_fd(struct story *story, double t, const char *side, int fd, const char *row);
void story_tcp(struct story *story, const char *side_and_fd, int cookie, const char *ends, const char *state);
/* "client connect" returned: its text, its descriptor, what it gave ("0", or the name of an error). */
void story_call(struct story *story, const char *side_and_call, const char *text, int fd, const char *result);
/* The same, blocked since t. */
void story_blocked(struct story *story, const char *side_and_call, const char *text, int fd);
/* A state event; cause: JSON or "null". */
void story_state(struct story *story, double t, int cookie, const char *ends, const char *from_and_to,
		 const char *cause);
/* What sock_diag said of it: "local peer" ("-" for none). */
void story_socket(struct story *story, int cookie, const char *ends, const char *state, const char *more);
/* A socket that the fake kernel lists. `state` by the name of the table. */
struct socket_facts *story_lists(struct story *story, int protocol, const char *ends, const char *state);

/* Is it in there, whatever line breaks stand between its words? */
void assert_says(const char *text, const char *what);
void assert_says_not(const char *text, const char *what);

#endif
