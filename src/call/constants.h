/*
 * Constants of the socket interface, from one table (constants.def, options.def) that serves for reading, printing and
 * completion.
 */
#ifndef SOCKSTEP_CALL_CONSTANTS_H
#define SOCKSTEP_CALL_CONSTANTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum constant_group {
	GROUP_NONE,
	GROUP_FAMILY,
	GROUP_TYPE,
	GROUP_SOCKET_FLAG,
	GROUP_PROTOCOL,
	GROUP_LEVEL,
	GROUP_SHUT,
	GROUP_MSG,
	GROUP_POLL,
	GROUP_EPOLL_CREATE,
	GROUP_EPOLL_OP,
	GROUP_EPOLL,
	GROUP_FCNTL,
	GROUP_FD_FLAG,
	GROUP_IOCTL,
	GROUP_ACCESS,
	GROUP_OPEN,
	GROUP_SPLICE,
	GROUP_WAIT,
	GROUP_SIGNAL,
	GROUP_HANDLER,
	GROUP_AI,
	GROUP_NI,
	GROUP_EAI,
	GROUP_STATE,
	GROUP_ERRNO,
	GROUP_NUMBER,
	GROUP_COUNT,
};

struct constant {
	const char *name;
	long long value;
	enum constant_group group;
};

/* The numbers of TCP states (include/net/tcp_states.h), which constants.def names. */
enum { STATE_ESTABLISHED = 1, STATE_SYN_SENT, STATE_SYN_RECV, STATE_FIN_WAIT1, STATE_FIN_WAIT2, STATE_TIME_WAIT,
       STATE_CLOSED, STATE_CLOSE_WAIT, STATE_LAST_ACK, STATE_LISTEN, STATE_CLOSING, STATE_NEW_SYN_RECV };

/* The whole table, for completion and tests. */
const struct constant *constants_all(size_t *count);

/* By exact name in a group; false if there is none. */
bool constant_value(enum constant_group group, const char *name, long long *value);
/* By exact name in any group; NULL if there is none. (A name of the language may not be one.) */
const struct constant *constant_find(const char *name);
/* Is it a constant, or the name of a socket option? */
bool constant_is_known(const char *name);
/* The first name of that value in the group; NULL if there is none. */
const char *constant_name(enum constant_group group, long long value);
/* The name, or the number if it has none. */
void constant_print(struct text *out, enum constant_group group, long long value);
/* Names joined by |, what is left as hexadecimal; 0 for no flag. GROUP_TYPE and GROUP_ACCESS print their one value
 * first and then the flags that belong to it (socket(2), open(2)). */
void constant_print_flags(struct text *out, enum constant_group group, long long flags);
/* A|B|0x10, names of the group (and of the flags that belong to it) or numbers; false with the unknown part in
 * `message`. RFC 9293's spelling with hyphens is understood for states. */
bool constant_read_flags(enum constant_group group, const char *string, long long *flags, struct text *message);

/* "SHUT_RD, SHUT_WR or SHUT_RDWR", "AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, ...": the first `most` names of a group,
 * and of the flags that belong to it. */
void constant_list(struct text *out, enum constant_group group, size_t most);

/* How an option's value is written; options.def explains each. */
enum option_type {
	OPTION_INT,
	OPTION_BOOL,
	OPTION_LINGER,
	OPTION_TIMEVAL,
	OPTION_IN_ADDR,
	OPTION_MREQ,
	OPTION_MREQ6,
	OPTION_IFNAME,
	OPTION_STRING,
	OPTION_FAMILY,
	OPTION_TYPE,
	OPTION_PROTOCOL,
	OPTION_ERRNO,
	OPTION_COOKIE,
	OPTION_UCRED,
	OPTION_TCP_INFO,
	OPTION_RAW,
};

struct option_spec {
	const char *level_name;
	int level;
	const char *name;
	int number;
	enum option_type type;
	const char *help;
};

const struct option_spec *options_all(size_t *count);
const struct option_spec *option_find(int level, const char *name);
const struct option_spec *option_by_number(int level, int number);

/* RFC 6335 section 6: "well-known" 0-1023, "registered" 1024-49151, "dynamic" 49152-65535. */
const char *port_class(unsigned port);

#endif
