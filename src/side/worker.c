#include "side/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "observe/thread.h"
#include "side/deaf_thread.h"
#include "side/signals.h"

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) != 0)
		if (errno != EINTR)
			die("a thread cannot wait: %s", strerror(errno));
}

static void wake_control(const struct worker *worker)
{
	static const uint64_t one = 1;

	while (write(worker->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* A signal that was sent while the last call returned is taken here, at the return from a system call, and not by the
 * call that follows. */
static void take_late_signals(void)
{
	syscall(SYS_gettid);
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	worker->tid = gettid();
	worker->stat_fd = own_take(worker->own, thread_open_stat());
	worker->syscall_fd = own_take(worker->own, thread_open_syscall());
	sem_post(&worker->ready);
	for (;;) {
		wait_for(&worker->go);
		if (worker->ending)
			return NULL;
		pthread_sigmask(SIG_SETMASK, &worker->blocked, NULL);
		take_late_signals();
		execution_run(&worker->execution, worker->own);
		atomic_store(&worker->done, true);
		wake_control(worker);
	}
}

static void free_storage(struct worker *worker)
{
	sem_destroy(&worker->go);
	sem_destroy(&worker->ready);
	call_release(&worker->execution.call);
	free(worker);
}

struct worker *worker_new(int number, const struct own *own, int wake)
{
	struct worker *worker = xcalloc(1, sizeof(*worker));
	int error;

	worker->number = number;
	worker->own = own;
	worker->wake = wake;
	worker->reserved = -1;
	sem_init(&worker->go, 0, 0);
	sem_init(&worker->ready, 0, 0);
	own_open(own);
	error = deaf_thread_start(&worker->thread, work, worker);
	if (error != 0) {
		own_close(own);
		free_storage(worker);
		errno = error;
		return NULL;
	}
	wait_for(&worker->ready);
	own_close(own);
	if (worker->stat_fd < 0 || worker->syscall_fd < 0)
		die("/proc/thread-self cannot be read: is /proc mounted?");
	return worker;
}

void worker_free(struct worker *worker)
{
	worker->ending = true;
	sem_post(&worker->go);
	pthread_join(worker->thread, NULL);
	close(worker->stat_fd);
	close(worker->syscall_fd);
	free_storage(worker);
}

void worker_start(struct worker *worker, int64_t id, struct call *call)
{
	report_call_init(&worker->told, id, worker->number, call);
	report_call_keep_text(&worker->told, call);
	worker->execution = (struct execution){ .call = *call };
	*call = (struct call){ 0 };
	signals_blocked_by_worker(&worker->blocked, worker->number == 1);
	worker->busy = true;
	worker->told_blocked = worker->settled = worker->interrupting = worker->told_interrupt = false;
	worker->reserved = -1;
	atomic_store(&worker->done, false);
	sem_post(&worker->go);
}

bool worker_is_done(const struct worker *worker)
{
	return atomic_load(&worker->done);
}

void worker_clear(struct worker *worker)
{
	call_release(&worker->execution.call);
	report_call_release(&worker->told);
	worker->busy = worker->interrupting = false;
}

/* The worker says that it is done before it makes another system call: so if it sleeps in the right one and then is
 * still not done, it sleeps in its call and not, say, in a write() of ours. */
bool worker_is_asleep(const struct worker *worker)
{
	struct thread_facts facts;

	if (!thread_look(worker->stat_fd, worker->syscall_fd, &facts))
		return false;
	return execute_sleeps_in(worker->told.spec->id, facts.syscall) &&
	       thread_sleeps_in(&facts, facts.syscall) && !worker_is_done(worker);
}

void worker_signal(const struct worker *worker)
{
	syscall(SYS_tgkill, getpid(), worker->tid, SIGINT);
}
