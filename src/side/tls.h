/*
 * TLS on a descriptor: what `tls FD` prepared, and the library's own calls on it.
 *
 * A descriptor has one of these from the request `tls` until it is closed; whoever makes a call on it (a worker, the
 * copier) finds it by its number. One call at a time is in it: a second one is answered EBUSY. Nothing of it waits for
 * a lock.
 *
 * Failures are told as a socket call's are: -1 with errno, beside which tls_reason() has the library's own words:
 * EPROTO for whatever the protocol did not allow (a certificate that cannot be verified is that), EAGAIN where the
 * descriptor does not block, otherwise what the system call under it said. The end of the peer's stream is 0.
 */
#ifndef SOCKSTEP_SIDE_TLS_H
#define SOCKSTEP_SIDE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"
#include "event/event.h"
#include "side/own.h"

/* What TLS is to be like; strings are borrowed, NULL: not said. */
struct tls_wish {
	int64_t id;
	int fd;
	bool server;
	bool verifies, resumes;
	const char *name;      /* the server's: for SNI, and the certificate must be its */
	const char *ca, *cert, *key, *alpn, *keylog;
};

struct tls;

/* Once, at the side's start; `name`: the side's, in what is told. */
void tls_init(const struct own *own, const char *name);
/* In the child of fork(): connections are shared with the parent, their keys are not used here. */
void tls_forget_all(void);
/* The descriptor to be watched for what tls_next() brings; -1: none yet. */
int tls_news(void);
/* An event that is to be told; false: none. It is to be released. */
bool tls_next(struct event *event);

/* The descriptor has TLS from now on; nothing is sent yet. To be called only while no call is on its way. False with
 * a message. */
bool tls_prepare(const struct tls_wish *wish, struct text *message);
/* "FD client|server" and "name=NAME", "ca=FILE", "cert=FILE", "key=FILE", "alpn=A,B", "keylog=FILE", "no-verify",
 * "resume", all separated by TABs. `words` is changed, and borrowed. NULL, or what is not understood. */
const char *tls_wish_read(struct tls_wish *wish, char *words);
/* The descriptor is going to be closed. */
void tls_drop(int fd);

/* NULL: there is none on that descriptor. */
struct tls *tls_of(int fd);
/* What is to be said of the certificate that was made with it; NULL: none was. */
const char *tls_made_for(const struct tls *tls);
int tls_handshake(struct tls *tls);
ssize_t tls_read(struct tls *tls, void *buffer, size_t len, bool peek);
ssize_t tls_write(struct tls *tls, const void *bytes, size_t len);
/* 0: close_notify is sent, the peer's has not come; 1: it has. */
int tls_shutdown(struct tls *tls);
/* From now on as much is read at once as there is: for whoever reads to the end. */
void tls_read_ahead(struct tls *tls);
/* Is there something read and decrypted, of which poll() does not know? */
bool tls_has_pending(struct tls *tls);
/* Did the stream below end without close_notify? (Then nothing more comes, but bytes may still be sent.) */
bool tls_is_cut(const struct tls *tls);
/* Does it wait to be able to write, whatever was asked for? (After EAGAIN.) */
bool tls_wants_write(const struct tls *tls);
/* Of the last failure; NULL: there is nothing to add to errno. Valid until the next call. */
const char *tls_reason(const struct tls *tls);

#endif
