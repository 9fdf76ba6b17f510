/*
 * sendmsg and recvmsg, with addresses, descriptors (SCM_RIGHTS, unix(7)) and what the error queue tells (ip(7),
 * IP_RECVERR).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
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

static bool is_error(const struct cmsghdr *header)
{
	return (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR) ||
	       (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR);
}

static void add_offender(struct text *text, const struct sockaddr *offender)
{
	char host[INET6_ADDRSTRLEN];

	if (offender->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)offender)->sin_addr, host, sizeof(host));
	else if (offender->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)offender)->sin6_addr, host, sizeof(host));
	else
		return;
	text_addf(text, " from %s", host);
}

/* "ICMP type 3 code 1 from 10.0.0.254: No route to host" */
static void give_error(struct value *value, const struct cmsghdr *header)
{
	struct {
		struct sock_extended_err error;
		struct sockaddr_in6 offender;
	} told = { 0 };
	size_t len = header->cmsg_len - CMSG_LEN(0);
	struct text text;

	memcpy(&told, CMSG_DATA(header), len < sizeof(told) ? len : sizeof(told));
	text_init(&text);
	if (told.error.ee_origin == SO_EE_ORIGIN_ICMP || told.error.ee_origin == SO_EE_ORIGIN_ICMP6) {
		text_addf(&text, "ICMP%s type %d code %d", told.error.ee_origin == SO_EE_ORIGIN_ICMP6 ? "v6" : "",
			  told.error.ee_type, told.error.ee_code);
		add_offender(&text, SO_EE_OFFENDER(&told.error));
	} else {
		text_add(&text, "this machine");
	}
	text_addf(&text, ": %s", strerror((int)told.error.ee_errno));
	value_set_bytes(value, text.data, text.len);
	text_release(&text);
}

static void give_message(struct call *call, struct msghdr *message, const struct address *address)
{
	if (message->msg_namelen > 0)
		execute_give_address(call, 3, address, message->msg_namelen);
	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header))
		if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
			give_fds(&call->args[4], header);
		else if (is_error(header))
			give_error(&call->args[7], header);
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
