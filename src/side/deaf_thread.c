#include "side/deaf_thread.h"

#include <signal.h>

enum { STACK_SIZE = 1 << 20 };

int deaf_thread_start(pthread_t *thread, void *(*work)(void *), void *argument)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	error = pthread_create(thread, &attributes, work, argument);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}
