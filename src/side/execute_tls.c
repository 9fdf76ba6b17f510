/*
 * TLS: the library's calls, by the descriptor that `tls FD` prepared.
 */
#include <errno.h>
#include <string.h>

#include "side/execute.h"
#include "side/tls.h"

static struct tls *tls_of_call(struct call *call, size_t reason)
{
	static const char none[] = "no TLS on this descriptor: `tls FD` prepares it";
	struct tls *tls = tls_of(execute_int(call, 0));

	if (tls == NULL) {
		value_set_bytes(&call->args[reason], none, strlen(none));
		errno = ENOPROTOOPT;
	}
	return tls;
}

/* The library's own words, beside errno's. */
static long give_reason(struct call *call, size_t index, const struct tls *tls, long result)
{
	const char *reason = tls_reason(tls);
	int error = errno;

	if (result < 0 && reason != NULL)
		value_set_bytes(&call->args[index], reason, strlen(reason));
	errno = error;
	return result;
}

static long handshake(struct call *call)
{
	struct tls *tls = tls_of_call(call, 1);

	return tls == NULL ? -1 : give_reason(call, 1, tls, tls_handshake(tls));
}

long execute_SSL_connect(struct call *call)
{
	return handshake(call);
}

long execute_SSL_accept(struct call *call)
{
	return handshake(call);
}

static long receive(struct call *call, bool peek)
{
	size_t len = (size_t)execute_number(call, 2);
	struct tls *tls = tls_of_call(call, 3);
	char *buffer = tls == NULL ? NULL : execute_buffer(len);
	long result;

	if (buffer == NULL)
		return -1;
	result = give_reason(call, 3, tls, tls_read(tls, buffer, len, peek));
	execute_give_buffer(call, 1, buffer, result, len);
	return result;
}

long execute_SSL_read(struct call *call)
{
	return receive(call, false);
}

long execute_SSL_peek(struct call *call)
{
	return receive(call, true);
}

long execute_SSL_write(struct call *call)
{
	struct tls *tls = tls_of_call(call, 3);

	if (tls == NULL)
		return -1;
	return give_reason(call, 3, tls, tls_write(tls, call->args[1].bytes, execute_data_len(call, 1, 2)));
}

long execute_SSL_shutdown(struct call *call)
{
	struct tls *tls = tls_of_call(call, 1);

	return tls == NULL ? -1 : give_reason(call, 1, tls, tls_shutdown(tls));
}
