/*
 * What the parts of a remote service's errand share: its state, the words of its calls, and the ways that it may go.
 * One socket is tried by attempt.h, several side by side by race.h; above both stand those who have the order of what
 * is tried, remote_connect.c and remote_scan.c.
 */
#ifndef SOCKSTEP_SESSION_REMOTE_PARTS_H
#define SOCKSTEP_SESSION_REMOTE_PARTS_H

#include "call/address.h"
#include "session/errand.h"
#include "session/remote.h"

/* How an attempt to connect ended. */
enum attempt_end {
	ATTEMPT_CONNECTED,
	ATTEMPT_REFUSED,     /* an RST came back */
	ATTEMPT_UNREACHABLE, /* an ICMP error came back, or no route was known */
	ATTEMPT_SILENT,      /* nothing came back */
	ATTEMPT_FAILED,      /* anything else: no such path, not allowed … */
};

struct dial;
struct attempt_ops;

/* The attempt under way: one socket, one address. */
struct attempt {
	struct address address;
	int fd;            /* -1: none */
	bool asks_errors;  /* IP_RECVERR is set */
	bool nonblocking;
	enum attempt_end end;
	double took;       /* seconds of connect(), and of the poll() after it */
	char error[32];    /* the errno's name; empty: none */
	char *seen;        /* (owned) what was seen, in words; NULL: nothing */
	const struct attempt_ops *ops; /* (borrowed) who waits for it */
};

/* The errand's own. */
struct dial {
	const struct remote *remote; /* (borrowed) what is connected to: through a proxy, `via` */
	const struct remote *target; /* (borrowed) what was asked for */
	struct remote via;           /* the same, but for host and port, which are the proxy's */
	char *via_host;              /* (owned) NULL: no proxy */
	struct proxy *proxy;         /* (owned) what is said to it; NULL: none */
	double looked_up;            /* seconds that the look-up took; negative: there was none */
	char *canonical;             /* (owned) the name that it gave; NULL: none */
	struct address *addresses;   /* (owned) in the order they are tried */
	size_t count, room, next;
	struct attempt attempt;
	struct race *race;           /* (owned) attempts that have not been answered yet; NULL: none was begun */
	bool races;                  /* the next address does not wait for this one's end */
	bool secured;                /* TLS was begun, if it was asked for */
	bool asked;                  /* STARTTLS was */
	int connected;               /* the descriptor of the connection; -1: none (yet) */
	long mtu;                    /* of the path; -1: not known */
	struct scan *scan; /* (owned) of -z; NULL: none */
	void (*resolved)(struct session *session, struct dial *dial);
};

/* ---- what all of them need: remote_parts.c ---- */

/* Adds the calls that set what the command line says of every socket. */
void dial_add_options(struct session *session, const struct dial *dial, int fd, int family);
const char *dial_family_name(int family);
const char *dial_type_name(const struct remote *remote);
/* "AF_INET, SOCK_STREAM, 0" for an address. */
char *dial_socket_arguments(const struct remote *remote, const struct address *address);
/* The address as the language writes it; to be freed. */
char *dial_address(const struct address *address);
/* The number behind the last ", " or " [" of a call's text: what getsockopt gave. -1: there is none. */
long dial_last_number(const struct event_call *call);
/* Asks what the service on that address' port is called, and which name the call gave (to be freed; NULL: none). */
void dial_name_port(struct session *session, const struct dial *dial, const struct address *address,
		    errand_then *then);
char *dial_service(const struct event_call *call);

/* ---- names: remote_dial.c ---- */

/* Fills `addresses`, by getaddrinfo where a name has to be resolved, and goes on with `then`. */
void dial_resolve(struct session *session, struct dial *dial, void (*then)(struct session *, struct dial *));

/* ---- connecting: remote_connect.c ---- */

/* The addresses are tried in their order, until one answers. */
void dial_connect(struct session *session, struct dial *dial);

/* ---- proxies: proxy.c, proxy_header.c ---- */

/* Says to the proxy, to which it is connected, where the connection is to go on to. False: the command line's words
 * for it are wrong, which was told. */
bool proxy_begin(struct session *session, struct dial *dial, void (*then)(struct session *, struct dial *));
void proxy_free(struct proxy *proxy);
/* "HOST:PORT" of -x, into `via`. False: that was told. */
bool proxy_find(struct session *session, struct dial *dial);

/* ---- listening, looking: remote_listen.c, remote_scan.c ---- */

void dial_listen(struct session *session, struct dial *dial);
/* Within the errand: TLS as the command line asks for it. */
void remote_tls_begin(struct session *session, int fd);
void dial_scan(struct session *session, struct dial *dial);
void scan_free(struct scan *scan);

#endif
