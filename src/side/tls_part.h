/*
 * What the parts of TLS share: the connection itself, what is said of its peer and its records.
 */
#ifndef SOCKSTEP_SIDE_TLS_PART_H
#define SOCKSTEP_SIDE_TLS_PART_H

#include <stdatomic.h>

#include "event/event.h"
#include "side/tls_library.h"

#ifdef HAVE_OPENSSL

/* One direction, as records: their place counts from the first byte of the connection's stream, 1 as segments have
 * it. */
struct tls_direction {
	int64_t next;    /* where the next record begins */
	int64_t started; /* of the message that is not told yet: where its first record began; -1: none */
	int type;        /* of the last record */
};

/* Sent messages are told when their bytes are the socket's: OpenSSL gathers them before. */
enum { TLS_UNSENT_MOST = 16 };
/* No handshake has so many messages from one peer; nor are more told of what comes later. */
enum { TLS_MESSAGES_MOST = 256 };

struct tls {
	const struct tls_library *library; /* (borrowed) */
	SSL_CTX *context;                  /* (owned) */
	SSL *ssl;                          /* (owned) */
	const char *side;                  /* (borrowed) its name, in what is told */
	int news;                          /* (borrowed) pipe of pointers to events */
	int fd;
	bool server, told;
	bool named;                        /* is the peer's certificate to hold for a name? */
	const char *made;                  /* (borrowed) of the certificate made with it; NULL: none was */
	atomic_flag busy;
	int error;                         /* of the last system call; 0: none */
	bool waits_to_write;
	bool at_end;                       /* of the stream below */
	char reason[200];                  /* "": none */
	unsigned char *alpn;               /* (owned) as the protocol writes it */
	unsigned alpn_len;
	struct tls_direction out, in;
	int messages;                      /* of handshake, that came */
	int64_t written;                   /* the place behind what the socket has taken */
	struct event unsent[TLS_UNSENT_MOST]; /* (owned) messages that are not written yet */
	size_t unsent_count;
};

/* An event about that connection. */
void tls_begin_event(const struct tls *tls, const char *status, struct event *event);
/* Hands it to whoever tells it; takes over its strings. */
void tls_tell(const struct tls *tls, struct event *event);
/* What the handshake came to: version, cipher, names, the peer's certificates. */
void tls_tell_established(struct tls *tls);
/* That the peer's certificates were refused: which these are, if the library has kept them (from OpenSSL 3 on). */
void tls_tell_refused(struct tls *tls);
/* Where the streams stand now; records are told from here on. */
void tls_watch_records(struct tls *tls);
/* The socket has taken so many bytes more: what was gathered and is now sent is told. */
void tls_take_written(struct tls *tls, size_t len);
/* What was gathered and was not sent is not told. */
void tls_forget_records(struct tls *tls);

#endif
#endif
