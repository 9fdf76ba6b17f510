/*
 * Processes and signals.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "side/execute.h"
#include "side/signals.h"

/* Both processes go on from here; what makes the child a side of its own is in child.c. */
long execute_fork(struct call *call)
{
	(void)call;
	return fork();
}

long execute__exit(struct call *call)
{
	_exit(execute_int(call, 0));
}

long execute_waitpid(struct call *call)
{
	int status = 0;
	pid_t result = waitpid((pid_t)execute_int(call, 0), &status, execute_int(call, 2));

	if (result > 0)
		value_set_number(&call->args[1], status);
	return result;
}

long execute_signal(struct call *call)
{
	return signals_set(execute_int(call, 0), execute_int(call, 1));
}

long execute_kill(struct call *call)
{
	return kill((pid_t)execute_int(call, 0), execute_int(call, 1));
}
