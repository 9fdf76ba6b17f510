/*
 * A call, as the table knows it (struct call_spec) and as it is made (struct call: the values of its arguments).
 *
 * The way of a line: statement.h finds the call and its arguments as syntax; call_bind() gives each its type, with the
 * help of whoever knows what the words stand for; call_print() writes it out in full, for the side's stream; the side
 * reads that back with the same two functions, executes it, fills in the values that the kernel gives, and prints it
 * again for the transcript.
 */
#ifndef SOCKSTEP_CALL_CALL_H
#define SOCKSTEP_CALL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "call/address.h"
#include "call/constants.h"

enum { CALL_ARGS_MAX = 8 };
/* A buffer that a call fills has at most so many bytes; a larger length is the user's mistake. */
enum { CALL_BUFFER_MAX = 1 << 30 };
/* The room for an option's value: more than any has (IP_OPTIONS 40, TCP_INFO under 300; the kernel writes no more than
 * it has). Addresses have that of struct sockaddr_storage. */
enum { CALL_OPTION_ROOM = 1024 };

enum call_id {
#define CALL(name, ...) CALL_##name,
#include "call/calls.def"
#undef CALL
	CALL_COUNT,
};

/* How each type is written, and what its value holds. */
enum arg_type {
	ARG_NONE,         /* the end of the arguments */
	ARG_FD,           /* number: a descriptor, or the name of one */
	ARG_NEW_FD,       /* number: a descriptor that need not be open */
	ARG_INT,          /* number */
	ARG_SIZE,         /* number of bytes, not negative */
	ARG_CONSTANT,     /* number: names of its group joined by |, or a number */
	ARG_ADDRESS,      /* address */
	ARG_ADDRESS_LEN,  /* absent, always */
	ARG_DATA,         /* bytes */
	ARG_DATA_LEN,     /* number of bytes to send, at most the data's; the data's length if left out */
	ARG_BUFFER,       /* bytes that the call gave */
	ARG_BUFFER_LEN,   /* number: the buffer's size */
	ARG_LEVEL,        /* number; found by the option's name if left out */
	ARG_OPTION,       /* number */
	ARG_OPTION_VALUE, /* bytes: the value as the kernel takes it, written by the option's type */
	ARG_FD_PAIR,      /* list of two numbers that the call gave */
	ARG_FD_LIST,      /* list of numbers; after select each is a pair (a list of two numbers), the second 1 if it
	                   * is ready */
	ARG_POLL_LIST,    /* list of pairs (each a list of two numbers): descriptor and events; after the call the
	                   * events that it gave are a third number of each pair */
	ARG_DATA_LIST,    /* list of bytes */
	ARG_SIZE_LIST,    /* list of numbers */
	ARG_SECONDS,      /* number of microseconds, written as seconds with a fraction; absent: for ever; after the
	                   * call what is left of it is its one item */
	ARG_OFFSET,       /* number, written [N]; absent: NULL */
	ARG_PATH,         /* bytes, NUL-terminated */
	ARG_MODE,         /* number, octal */
	ARG_TEXT,         /* bytes, NUL-terminated; a word or a string; absent: NULL */
	ARG_FCNTL_VALUE,  /* number: flags of F_SETFL and F_SETFD, else an int */
	ARG_IOCTL_VALUE,  /* number: read by FIONBIO and FIOASYNC, given by the others */
	ARG_PID,          /* number */
	ARG_WAIT_STATUS,  /* number: as waitpid(2) gives it */
	ARG_ADDRESS_LIST, /* list of addresses that the call gave, the number of each the type of its socket */
};

enum arg_need { ARG_REQUIRED, ARG_OPTIONAL, ARG_KEYED, ARG_OUT, ARG_KEYED_OUT, ARG_HIDDEN };

struct arg_spec {
	enum arg_type type;
	const char *name; /* as in the manual page */
	enum constant_group group;
	enum arg_need need;
};

enum call_blocks { BLOCKS_NEVER, BLOCKS_MAY, BLOCKS_LIBRARY };
enum call_changes { CHANGES_NOTHING, CHANGES_SOCKET, CHANGES_TABLE, CHANGES_SELF };
enum call_result { RESULT_FD, RESULT_BYTES, RESULT_ZERO, RESULT_NUMBER, RESULT_PID, RESULT_EAI, RESULT_NEVER };

struct call_spec {
	enum call_id id;
	const char *name;
	enum call_blocks blocks;
	enum call_changes changes;
	enum call_result result;
	const char *page; /* manual page, "socket(2)" */
	const char *help; /* one line, no full stop */
	struct arg_spec args[CALL_ARGS_MAX];
};

const struct call_spec *call_spec(enum call_id id);
/* By exact name, or by an unambiguous beginning if `prefix`; NULL if there is none, or more than one (then
 * `*ambiguous` is set; it may be NULL). */
const struct call_spec *call_find(const char *name, bool prefix, bool *ambiguous);
size_t call_arg_count(const struct call_spec *spec);
/* "connect(sockfd, addr)": arguments as a user gives them, those that may be left out in [ ]; the argument number
 * `mark` (-1 for none) is shown as >addr<. */
void call_signature(struct text *out, const struct call_spec *spec, int mark);

enum value_kind {
	VALUE_ABSENT,
	VALUE_NUMBER,
	VALUE_BYTES,    /* `bytes`, `len`; a NUL follows them */
	VALUE_ADDRESS,
	VALUE_LIST,     /* `items`, `count` */
	VALUE_HOSTNAME, /* an address by names: the host in `bytes` (* for the wildcard), the service as its one item;
	                 * to be resolved by getaddrinfo first */
};

struct value {
	enum value_kind kind;
	int column; /* in the line, from 0; -1 if it does not stand there */
	long long number;
	char *bytes; /* (owned) */
	size_t len;
	struct address address;
	struct value *items; /* (owned) */
	size_t count;
};

void value_release(struct value *value);
/* The value becomes this; what it held is freed. */
void value_set_number(struct value *value, long long number);
void value_set_bytes(struct value *value, const void *bytes, size_t len);
/* Takes over memory from malloc that has room for a NUL after `len` bytes. */
void value_take_bytes(struct value *value, char *bytes, size_t len);
void value_set_address(struct value *value, const struct address *address);
/* Makes it an empty list; value_append() gives a further item, absent at first, valid until the next append. */
void value_set_list(struct value *value);
struct value *value_append(struct value *list);

struct call {
	const struct call_spec *spec;
	struct value args[CALL_ARGS_MAX]; /* in the order of the table */
};

void call_release(struct call *call);

/* Who knows what the words of a line stand for. Each function answers false with a message where it cannot. A NULL
 * context, or a NULL member, knows nothing but numbers: so it is in the side. */
struct call_context {
	void *owner;
	/* A line is only to be understood, not made: files and what was received are not looked at. */
	bool checking;
	/* The descriptor that a name stands for. */
	bool (*descriptor)(void *owner, const char *name, int *fd, struct text *message);
	/* The address of a host or side by that name, in the family of descriptor `fd` (-1: any); false without a
	 * message if there is no such host, and then the name is one for DNS. */
	bool (*host)(void *owner, const char *name, int fd, struct address *address, struct text *message);
	/* AF_INET or AF_INET6 for *:PORT on this descriptor. */
	int (*family)(void *owner, int fd);
	/* What this side received last. */
	bool (*received)(void *owner, const void **bytes, size_t *len, struct text *message);
	/* The bytes of a file, which call_bind() frees. */
	bool (*file)(void *owner, const char *path, struct text *bytes, struct text *message);
};

struct syntax_list;

/* The user's mistake: what, and where in the line (columns from 0). */
struct mistake {
	struct text text;
	int column;
	int missing; /* the number of the argument that is not there, -1 if it is another mistake */
};

void mistake_init(struct mistake *mistake);
void mistake_release(struct mistake *mistake);

/* The short forms that socket and socketpair understand (tcp, udp6, …), by index; NULL behind the last. */
const char *call_short_form(size_t index);

/* Gives `args` (syntax.h) their types. True: `call` is whole and to be released; false: `mistake` says what is wrong
 * and `call` is empty. */
bool call_bind(struct call *call, const struct call_spec *spec, const struct syntax_list *args,
	       const struct call_context *context, struct mistake *mistake);

enum call_style {
	CALL_EXACT, /* every byte of data: for the stream to a side */
	CALL_SHORT, /* the transcript: long data cut */
};

/* "connect(3, 10.0.0.2:80)". Values that are absent, and those that the call has still to give, are left out; both
 * styles are read back, the first as the same call. */
void call_print(struct text *out, const struct call *call, enum call_style style);
/* What stands after the equals sign: "3", "-1 ECONNREFUSED (Connection refused)", "?" for what never returns; for poll
 * and select with the descriptors that are ready in parentheses, for getaddrinfo with the addresses. error is an errno
 * (or EAI number), 0 for none. */
void call_print_result(struct text *out, const struct call *call, long long result, int error);
/* All of it as strace prints a call that has returned: recvfrom(4, "hello", 1024, 0, NULL, NULL) = 5. What strace shows
 * as a pointer is named as in the manual page: &addr. What the C library makes of several system calls is printed as by
 * the two functions above. */
void call_print_strace(struct text *out, const struct call *call, long long result, int error);

/* Reads one whole call in its exact form, as the stream to a side carries it; columns count from the line's beginning.
 * */
bool call_read(struct call *call, const char *line, struct mistake *mistake);

#endif
