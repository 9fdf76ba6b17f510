/*
 * TLS on a descriptor of a side: prepared by a request to the side, then the handshake as the call that it is; where a
 * protocol has TLS begin with a request of its own (STARTTLS), that dialogue before.
 */
#ifndef SOCKSTEP_SESSION_TLS_H
#define SOCKSTEP_SESSION_TLS_H

#include "session/state.h"

/* Strings are borrowed; NULL: not said. */
struct tls_request {
	const char *side;
	int fd;
	bool server, no_verify, resume;
	const char *name; /* the server's */
	const char *ca, *cert, *key, *alpn, *keylog;
};

/* What the command line asks for. */
void tls_request_of_remote(struct tls_request *request, const struct session *session, int fd);
/* The words of the request to a side (sockstep-side(8)); false: one of them cannot be handed on. */
bool tls_request_words(struct text *words, const struct tls_request *request);
/* Within an errand whose queue is empty: prepares TLS and makes the handshake; the errand goes on after it, or ends
 * with what went wrong told. */
void tls_begin(struct session *session, const struct tls_request *request);
/* For an errand's `slow`, once there is a connection on which TLS begins: says what is waited for, where nobody else
 * would, and after -w ends it. */
double tls_wait(struct session *session, double since);
/* Within an errand: adds the calls of a protocol's own request for TLS ("smtp", "imap", …); where the server refuses
 * the errand ends, and that is told. False: there is no such protocol. */
bool starttls_add(struct session *session, const char *protocol, int fd);
void starttls_release(struct session *session);
/* "smtp, imap, …" */
void starttls_list(struct text *out);

/* The first word as a descriptor of the side that the line is for, which is free. False: the statement is finished. */
bool tls_command_fd(struct session *session, const struct syntax_list *words, int *fd);

#endif
