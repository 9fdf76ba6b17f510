/*
 * Bytes: sent, received, copied within the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/execute.h"

long execute_send(struct call *call)
{
	return send(execute_int(call, 0), call->args[1].bytes, execute_data_len(call, 1, 2), execute_int(call, 3));
}

long execute_sendto(struct call *call)
{
	socklen_t len;
	const struct sockaddr *address = execute_address(call, 4, &len);

	return sendto(execute_int(call, 0), call->args[1].bytes, execute_data_len(call, 1, 2), execute_int(call, 3),
		      address, len);
}

long execute_write(struct call *call)
{
	return write(execute_int(call, 0), call->args[1].bytes, execute_data_len(call, 1, 2));
}

long execute_recv(struct call *call)
{
	size_t len = (size_t)execute_number(call, 2);
	char *buffer = execute_buffer(len);
	ssize_t result;

	if (buffer == NULL)
		return -1;
	result = recv(execute_int(call, 0), buffer, len, execute_int(call, 3));
	execute_give_buffer(call, 1, buffer, result, len);
	return result;
}

/* A stream's peer has no address here: the kernel then says length 0 (recv(2)). */
long execute_recvfrom(struct call *call)
{
	size_t len = (size_t)execute_number(call, 2);
	struct address address = { .len = 0 };
	socklen_t address_len = sizeof(address.storage);
	char *buffer = execute_buffer(len);
	ssize_t result;

	if (buffer == NULL)
		return -1;
	result = recvfrom(execute_int(call, 0), buffer, len, execute_int(call, 3), &address.any, &address_len);
	execute_give_buffer(call, 1, buffer, result, len);
	if (result >= 0 && address_len > 0)
		execute_give_address(call, 4, &address, address_len);
	return result;
}

long execute_read(struct call *call)
{
	size_t len = (size_t)execute_number(call, 2);
	char *buffer = execute_buffer(len);
	ssize_t result;

	if (buffer == NULL)
		return -1;
	result = read(execute_int(call, 0), buffer, len);
	execute_give_buffer(call, 1, buffer, result, len);
	return result;
}

/* More vectors than the kernel takes are handed over as they are: EINVAL is the kernel's answer to give. */
long execute_writev(struct call *call)
{
	const struct value *list = &call->args[1];
	struct iovec *iov = xcalloc(list->count + 1, sizeof(*iov));
	ssize_t result;

	for (size_t i = 0; i < list->count; i++)
		iov[i] = (struct iovec){ .iov_base = list->items[i].bytes, .iov_len = list->items[i].len };
	result = writev(execute_int(call, 0), iov, (int)list->count);
	free(iov);
	return result;
}

/* The bytes fill the buffers in their order (readv(2)). */
static void give_vectors(struct call *call, const struct iovec *iov, size_t count, size_t given)
{
	value_set_list(&call->args[1]);
	for (size_t i = 0; i < count && given > 0; i++) {
		size_t len = iov[i].iov_len < given ? iov[i].iov_len : given;

		value_set_bytes(value_append(&call->args[1]), iov[i].iov_base, len);
		given -= len;
	}
}

long execute_readv(struct call *call)
{
	const struct value *sizes = &call->args[2];
	struct iovec *iov = xcalloc(sizes->count + 1, sizeof(*iov));
	ssize_t result = 0;
	int error;

	for (size_t i = 0; i < sizes->count; i++) {
		iov[i] = (struct iovec){ .iov_base = execute_buffer((size_t)sizes->items[i].number),
					 .iov_len = (size_t)sizes->items[i].number };
		if (iov[i].iov_base == NULL)
			result = -1;
	}
	if (result == 0)
		result = readv(execute_int(call, 0), iov, (int)sizes->count);
	error = errno;
	if (result >= 0)
		give_vectors(call, iov, sizes->count, (size_t)result);
	for (size_t i = 0; i < sizes->count; i++)
		free(iov[i].iov_base);
	free(iov);
	errno = error;
	return result;
}

/* The offset that the kernel moved on becomes the value: it stands in the text of the call as strace shows it. */
long execute_sendfile(struct call *call)
{
	struct value *value = &call->args[2];
	off_t offset = value->number;
	bool given = value->kind == VALUE_NUMBER;
	ssize_t result = sendfile(execute_int(call, 0), execute_int(call, 1), given ? &offset : NULL,
				  (size_t)execute_number(call, 3));

	if (given)
		value->number = offset;
	return result;
}

long execute_splice(struct call *call)
{
	struct value *in = &call->args[1], *out = &call->args[3];
	loff_t from = in->number, to = out->number;
	ssize_t result = splice(execute_int(call, 0), in->kind == VALUE_NUMBER ? &from : NULL, execute_int(call, 2),
				out->kind == VALUE_NUMBER ? &to : NULL, (size_t)execute_number(call, 4),
				(unsigned)execute_int(call, 5));

	if (in->kind == VALUE_NUMBER)
		in->number = from;
	if (out->kind == VALUE_NUMBER)
		out->number = to;
	return result;
}
