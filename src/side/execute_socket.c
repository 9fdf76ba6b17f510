/*
 * Sockets and pipes: made, named, connected, shut down, asked for names and options.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "side/execute.h"

static void give_pair(struct call *call, size_t index, const int pair[2])
{
	value_set_list(&call->args[index]);
	value_set_number(value_append(&call->args[index]), pair[0]);
	value_set_number(value_append(&call->args[index]), pair[1]);
}

long execute_socket(struct call *call)
{
	return socket(execute_int(call, 0), execute_int(call, 1), execute_int(call, 2));
}

long execute_socketpair(struct call *call)
{
	int pair[2];
	int result = socketpair(execute_int(call, 0), execute_int(call, 1), execute_int(call, 2), pair);

	if (result == 0)
		give_pair(call, 3, pair);
	return result;
}

long execute_pipe2(struct call *call)
{
	int pair[2];
	int result = pipe2(pair, execute_int(call, 1));

	if (result == 0)
		give_pair(call, 0, pair);
	return result;
}

long execute_bind(struct call *call)
{
	socklen_t len;
	const struct sockaddr *address = execute_address(call, 1, &len);

	return bind(execute_int(call, 0), address, len);
}

long execute_connect(struct call *call)
{
	socklen_t len;
	const struct sockaddr *address = execute_address(call, 1, &len);

	return connect(execute_int(call, 0), address, len);
}

long execute_listen(struct call *call)
{
	return listen(execute_int(call, 0), execute_int(call, 1));
}

long execute_shutdown(struct call *call)
{
	return shutdown(execute_int(call, 0), execute_int(call, 1));
}

long execute_accept(struct call *call)
{
	struct address address = { .len = 0 };
	socklen_t len = sizeof(address.storage);
	int result = accept(execute_int(call, 0), &address.any, &len);

	if (result >= 0)
		execute_give_address(call, 1, &address, len);
	return result;
}

long execute_accept4(struct call *call)
{
	struct address address = { .len = 0 };
	socklen_t len = sizeof(address.storage);
	int result = accept4(execute_int(call, 0), &address.any, &len, execute_int(call, 3));

	if (result >= 0)
		execute_give_address(call, 1, &address, len);
	return result;
}

long execute_getsockname(struct call *call)
{
	struct address address = { .len = 0 };
	socklen_t len = sizeof(address.storage);
	int result = getsockname(execute_int(call, 0), &address.any, &len);

	if (result == 0)
		execute_give_address(call, 1, &address, len);
	return result;
}

long execute_getpeername(struct call *call)
{
	struct address address = { .len = 0 };
	socklen_t len = sizeof(address.storage);
	int result = getpeername(execute_int(call, 0), &address.any, &len);

	if (result == 0)
		execute_give_address(call, 1, &address, len);
	return result;
}

long execute_getsockopt(struct call *call)
{
	char value[CALL_OPTION_ROOM];
	socklen_t len = sizeof(value);
	int result = getsockopt(execute_int(call, 0), execute_int(call, 1), execute_int(call, 2), value, &len);

	if (result == 0)
		value_set_bytes(&call->args[3], value, len < sizeof(value) ? len : sizeof(value));
	return result;
}

long execute_setsockopt(struct call *call)
{
	const struct value *value = &call->args[3];

	return setsockopt(execute_int(call, 0), execute_int(call, 1), execute_int(call, 2), value->bytes,
			  (socklen_t)value->len);
}
