/*
 * What the command line asks for of a remote service: HOST PORT, or -l. nc's letters keep nc's meaning (nc(1), the
 * OpenBSD one). Nothing is owned: the strings are argv's.
 *
 * face/options_remote.c fills it in. With a person at the prompt, or lines to run (-e, -f, --json),
 * session/remote_dial.c makes the calls; with standard input in a pipe the side copies by itself.
 */
#ifndef SOCKSTEP_SESSION_REMOTE_H
#define SOCKSTEP_SESSION_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* How a proxy is spoken to: -X 4, 4a, 5, connect. */
enum remote_proxy { REMOTE_PROXY_SOCKS5, REMOTE_PROXY_SOCKS4, REMOTE_PROXY_SOCKS4A, REMOTE_PROXY_CONNECT };

/* TLS as it is asked for: --tls and what goes with it. */
struct remote_tls {
	bool wanted;          /* --tls or --starttls */
	const char *name;     /* of --tls=NAME; NULL: the host's */
	const char *starttls; /* the protocol; NULL: TLS from the first byte */
	bool no_verify;
	const char *ca, *cert, *key, *alpn, *keylog; /* NULL: not said */
};

struct remote {
	bool wanted; /* HOST PORT or -l: else nothing here counts but hex, raw and dump */
	bool listen;
	bool keep;   /* -k */
	int most_clients; /* --max-conns, with -k; 0: any number */
	int family;  /* AF_UNSPEC, AF_INET (-4), AF_INET6 (-6), AF_UNIX (-U) */
	int type;    /* SOCK_STREAM, SOCK_DGRAM (-u) */
	/* A name or an address; of -U the path, @NAME for an abstract one. NULL: -l on any address. */
	const char *host;
	const char *port;                /* as it was written: a number, a service's name, FIRST-LAST; NULL: -U */
	uint16_t port_first, port_last;  /* both 0: a service's name, or -l 0 */
	const char *source, *source_port; /* -s, -p; NULL: the kernel chooses */
	bool numeric;                    /* -n: no name service is asked */
	double timeout;                  /* -w, seconds; negative: none */
	double quit_after;               /* -q, seconds after the end of input; negative: for ever */
	bool quits;                      /* -q was said */
	double interval;                 /* -i, seconds; negative: none */
	long receive_limit;              /* -W; 0: none */
	bool crlf;                       /* -C */
	bool shut_at_end;                /* -N */
	bool no_stdin;                   /* -d */
	bool scan;                       /* -z */
	bool piped;                      /* the side copies standard input and output (pipe.h) */
	bool shows, shows_utf8;          /* standard output is a terminal, which gets shown bytes; in UTF-8 */
	bool random_ports;               /* -r */
	bool verbose;                    /* -v */
	bool broadcast;                  /* -b */
	int receive_buffer, send_buffer; /* -I, -O, bytes; 0: as the kernel has it */
	int min_ttl, ttl;                /* -m, -M; 0: as the kernel has it */
	int type_of_service;             /* -T; negative: as the kernel has it */
	const char *proxy;               /* -x HOST[:PORT]; NULL: none */
	enum remote_proxy proxy_kind;    /* -X */
	const char *proxy_user;          /* -P; NULL: none */
	int proxy_header;                /* --proxy-protocol 1 or 2, sent or expected; 0: none */
	char netns[80];                  /* --netns: pid:N or netns:NAME; empty: this process's */
	bool hex, raw;                   /* --hex, --raw */
	const char *dump;                /* -o FILE; NULL: none */
	struct remote_tls tls;
};

/* As if nothing was said. */
void remote_init(struct remote *remote);

#endif
