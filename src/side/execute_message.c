/*
 * sendmsg and recvmsg, with addresses and descriptors (SCM_RIGHTS, unix(7)).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "side/execute.h"

/* The kernel passes at most so many descriptors at once (SCM_MAX_FD); one more lets it say EINVAL itself. */
enum { FDS_MAX = 253 };

union control {
	char bytes[CMSG_SPACE((FDS_MAX + 1) * sizeof(int))];
	struct cmsghdr align;
};

static void add_fds(struct msghdr *message, union control *control, const struct value *list)
{
	size_t count = list->count <= FDS_MAX ? list->count : FDS_MAX + 1;
	struct cmsghdr *header;

	if (list->count == 0)
		return;
	memset(control, 0, sizeof(*control));
	message->msg_control = control->bytes;
	message->msg_controllen = CMSG_SPACE(count * sizeof(int));
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(count * sizeof(int));
	for (size_t i = 0; i < count; i++) {
		int fd = (int)list->items[i].number;

		memcpy(CMSG_DATA(header) + i * sizeof(fd), &fd, sizeof(fd));
	}
}

long execute_sendmsg(struct call *call)
{
	struct iovec iov = { .iov_base = call->args[1].bytes, .iov_len = call->args[1].len };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control;

	if (call->args[2].kind == VALUE_ADDRESS) {
		message.msg_name = &call->args[2].address.any;
		message.msg_namelen = call->args[2].address.len;
	}
	add_fds(&message, &control, &call->args[3]);
	return sendmsg(execute_int(call, 0), &message, execute_int(call, 4));
}

static void give_fds(struct value *value, const struct cmsghdr *header)
{
	size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	if (value->kind != VALUE_LIST)
		value_set_list(value);
	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(header) + i * sizeof(fd), sizeof(fd));
		value_set_number(value_append(value), fd);
	}
}

static void give_message(struct call *call, struct msghdr *message, const struct address *address)
{
	if (message->msg_namelen > 0)
		execute_give_address(call, 3, address, message->msg_namelen);
	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header))
		if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
			give_fds(&call->args[4], header);
	if (message->msg_flags != 0)
		value_set_number(&call->args[6], message->msg_flags);
}

long execute_recvmsg(struct call *call)
{
	size_t len = (size_t)execute_number(call, 2);
	struct iovec iov = { .iov_base = execute_buffer(len), .iov_len = len };
	struct address address = { .len = 0 };
	union control control;
	struct msghdr message = {
		.msg_name = &address.any, .msg_namelen = sizeof(address.storage), .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
	};
	ssize_t result;

	if (iov.iov_base == NULL)
		return -1;
	result = recvmsg(execute_int(call, 0), &message, execute_int(call, 5));
	execute_give_buffer(call, 1, iov.iov_base, result, len);
	if (result >= 0)
		give_message(call, &message, &address);
	return result;
}
