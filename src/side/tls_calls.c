/*
 * The calls on a descriptor that has TLS: what the library makes of each, as a socket call would have said it.
 */
#include "side/tls.h"

#ifdef HAVE_OPENSSL

#include <errno.h>
#include <stdio.h>

#include "side/tls_part.h"

static bool enter(struct tls *tls)
{
	if (atomic_flag_test_and_set(&tls->busy)) {
		errno = EBUSY;
		return false;
	}
	tls->error = 0;
	tls->reason[0] = '\0';
	tls->waits_to_write = false;
	tls->library->ERR_clear_error();
	return true;
}

/* Whose certificates were refused wants to know which: they are told before the call that fails. */
static void keep_reason(struct tls *tls)
{
	const struct tls_library *library = tls->library;
	long verified = library->SSL_get_verify_result(tls->ssl);
	const char *reason = library->ERR_reason_error_string(library->ERR_get_error());
	bool unverified = verified != X509_V_OK && !library->SSL_is_init_finished(tls->ssl);

	snprintf(tls->reason, sizeof(tls->reason), "%s%s%s", reason == NULL ? "TLS failed" : reason,
		 unverified ? ": " : "", unverified ? library->X509_verify_cert_error_string(verified) : "");
	if (unverified)
		tls_tell_refused(tls);
}

/* What a result below 1 means, as a system call's: -1 with errno, or 0 at the end. */
static int leave(struct tls *tls, int result)
{
	int kind = result > 0 ? SSL_ERROR_NONE : tls->library->SSL_get_error(tls->ssl, result);
	int error = tls->error;

	if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
		tls->waits_to_write = kind == SSL_ERROR_WANT_WRITE;
		error = error == 0 ? EAGAIN : error;
		result = -1;
	} else if (kind == SSL_ERROR_ZERO_RETURN && tls->at_end) {
		snprintf(tls->reason, sizeof(tls->reason), "%s",
			 tls->library->SSL_is_init_finished(tls->ssl) ?
				 "the stream ended without close_notify: it may have been cut" :
				 "the peer has closed in the middle of the handshake");
		error = EPROTO;
		result = -1;
	} else if (kind == SSL_ERROR_ZERO_RETURN) {
		result = 0;
	} else if (kind == SSL_ERROR_SSL || (kind == SSL_ERROR_SYSCALL && error == 0)) {
		keep_reason(tls);
		error = EPROTO;
		result = -1;
	} else if (kind != SSL_ERROR_NONE) {
		result = -1;
	}
	atomic_flag_clear(&tls->busy);
	errno = error;
	return result;
}

static void tell_if_established(struct tls *tls)
{
	if (tls->told || !tls->library->SSL_is_init_finished(tls->ssl))
		return;
	tls->told = true;
	tls_tell_established(tls);
}

int tls_handshake(struct tls *tls)
{
	int result;

	if (!enter(tls))
		return -1;
	result = tls->library->SSL_do_handshake(tls->ssl);
	tell_if_established(tls);
	result = leave(tls, result);
	if (result == 0 && errno == 0)
		errno = ECONNABORTED;
	return result == 1 ? 0 : -1;
}

static int bounded(size_t len)
{
	return len > INT32_MAX ? INT32_MAX : (int)len;
}

ssize_t tls_read(struct tls *tls, void *buffer, size_t len, bool peek)
{
	int result;

	if (!enter(tls))
		return -1;
	if (peek)
		result = tls->library->SSL_peek(tls->ssl, buffer, bounded(len));
	else
		result = tls->library->SSL_read(tls->ssl, buffer, bounded(len));
	tell_if_established(tls);
	return leave(tls, result);
}

ssize_t tls_write(struct tls *tls, const void *bytes, size_t len)
{
	int result;

	if (!enter(tls))
		return -1;
	result = tls->library->SSL_write(tls->ssl, bytes, bounded(len));
	tell_if_established(tls);
	return leave(tls, result);
}

int tls_shutdown(struct tls *tls)
{
	int result;

	if (!enter(tls))
		return -1;
	result = tls->library->SSL_shutdown(tls->ssl);
	if (result >= 0) {
		atomic_flag_clear(&tls->busy);
		return result;
	}
	return leave(tls, result);
}

void tls_read_ahead(struct tls *tls)
{
	tls->library->SSL_set_read_ahead(tls->ssl, 1);
}

bool tls_has_pending(struct tls *tls)
{
	return tls->library->SSL_has_pending(tls->ssl) == 1;
}

bool tls_is_cut(const struct tls *tls)
{
	return tls->at_end;
}

bool tls_wants_write(const struct tls *tls)
{
	return tls->waits_to_write;
}

const char *tls_reason(const struct tls *tls)
{
	return tls->reason[0] == '\0' ? NULL : tls->reason;
}

#endif
