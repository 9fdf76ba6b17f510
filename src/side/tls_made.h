/*
 * A certificate of our own making, and its key, for a server that was given none: self-signed, so nobody has a reason
 * to trust it but its fingerprint.
 */
#ifndef SOCKSTEP_SIDE_TLS_MADE_H
#define SOCKSTEP_SIDE_TLS_MADE_H

#include "side/tls_library.h"

#ifdef HAVE_OPENSSL

struct tls_made {
	X509 *certificate; /* (owned, by the library) NULL: not made yet */
	EVP_PKEY *key;     /* (owned, by the library) */
	char *text;        /* (owned) what is to be said of it */
};

/* Makes it, unless it was made before. False: the library could not. */
bool tls_made_prepare(struct tls_made *made, const struct tls_library *library);

#endif
#endif
