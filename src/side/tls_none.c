/*
 * TLS of a program that was built without OpenSSL: no descriptor has it, and who asks for it is told so.
 */
#include "side/tls.h"

#ifndef HAVE_OPENSSL

#include <errno.h>

#include "side/tls_library.h"

struct tls {
	int fd;
};

bool tls_prepare(const struct tls_wish *wish, struct text *message)
{
	(void)wish;
	return tls_library_load(message) != NULL;
}

struct tls *tls_of(int fd)
{
	(void)fd;
	return NULL;
}

void tls_drop(int fd)
{
	(void)fd;
}

void tls_forget_all(void)
{
}

const char *tls_made_for(const struct tls *tls)
{
	(void)tls;
	return NULL;
}

static int refuse(const struct tls *tls)
{
	(void)tls;
	errno = ENOSYS;
	return -1;
}

int tls_handshake(struct tls *tls)
{
	return refuse(tls);
}

ssize_t tls_read(struct tls *tls, void *buffer, size_t len, bool peek)
{
	(void)buffer;
	(void)len;
	(void)peek;
	return refuse(tls);
}

ssize_t tls_write(struct tls *tls, const void *bytes, size_t len)
{
	(void)bytes;
	(void)len;
	return refuse(tls);
}

int tls_shutdown(struct tls *tls)
{
	return refuse(tls);
}

void tls_read_ahead(struct tls *tls)
{
	(void)tls;
}

bool tls_has_pending(struct tls *tls)
{
	(void)tls;
	return false;
}

bool tls_is_cut(const struct tls *tls)
{
	(void)tls;
	return false;
}

bool tls_wants_write(const struct tls *tls)
{
	(void)tls;
	return false;
}

const char *tls_reason(const struct tls *tls)
{
	(void)tls;
	return NULL;
}

#endif
