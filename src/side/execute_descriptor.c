/*
 * Descriptors: opened, closed, copied, their flags.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "side/execute.h"
#include "side/tls.h"

long execute_open(struct call *call)
{
	return open(call->args[0].bytes, execute_int(call, 1), (mode_t)execute_number(call, 2));
}

long execute_close(struct call *call)
{
	tls_drop(execute_int(call, 0));
	return close(execute_int(call, 0));
}

long execute_dup(struct call *call)
{
	return dup(execute_int(call, 0));
}

long execute_dup2(struct call *call)
{
	if (execute_int(call, 0) != execute_int(call, 1))
		tls_drop(execute_int(call, 1));
	return dup2(execute_int(call, 0), execute_int(call, 1));
}

long execute_fcntl(struct call *call)
{
	return fcntl(execute_int(call, 0), execute_int(call, 1), execute_int(call, 2));
}

/* All that the table knows take or give an int, which becomes the value. A request given as a number may be one that
 * writes more (_IOC_SIZE, ioctl(2)): there is room for it. */
long execute_ioctl(struct call *call)
{
	struct value *value = &call->args[2];
	union {
		int number;
		char most[1 << 14];
	} room = { .most = { 0 } };
	int result;

	room.number = (int)value->number;
	result = ioctl(execute_int(call, 0), (unsigned long)(unsigned)execute_int(call, 1), &room);
	if (result >= 0)
		value_set_number(value, room.number);
	return result;
}
