/*
 * fork(): a side becomes two.
 *
 * The control thread makes it, and the child has that thread alone; as there is no lock among threads (worker.h),
 * none is held by one that is not there. What the child shares with its parent but may not use, the stream above
 * all, it replaces by its own. It does so before any other thread can make a call, so a lower number may be taken
 * for a moment.
 *
 * The end of its new stream goes to the agent through the door, with the line of the event that tells of the new
 * side.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/side.h"

/* ---- the child ---- */

static void tell_agent(const struct side *side, const char *parent, int stream)
{
	struct lines door;
	struct report report = { .lines = &door };
	struct event event;

	event_init(&event, EVENT_side);
	event.side.side = xstrdup(side->name);
	event.side.status = xstrdup("started");
	event.side.pid = getpid();
	event.side.parent = xstrdup(parent);
	lines_init(&door, side->door, side->door);
	report_event(&report, &event, stream);
	lines_drain(&door, -1);
	door.in = door.out = -1;
	lines_release(&door);
}

static void open_stream(struct side *side, const char *parent)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		die("a stream for a child cannot be made: %s", strerror(errno));
	tell_agent(side, parent, ends[1]);
	ends[0] = own_take(&side->own, ends[0]);
	lines_init(&side->lines, ends[0], ends[0]);
}

/* A stopped child whose parent ends is to be woken, so that it sees the end of its stream; it may well outlive its
 * parent, so nothing more. */
static void ask_to_be_woken(void)
{
	prctl(PR_SET_PDEATHSIG, SIGCONT);
}

static void become_child(struct side *side, char *name)
{
	char *parent = side->name;

	ask_to_be_woken();
	own_open(&side->own);
	lines_release(&side->lines);
	rows_release(&side->rows);
	calls_after_fork(&side->calls);
	copier_forget(side->copier);
	tls_forget_all();
	side->copier = NULL;
	rows_init(&side->rows, &side->own, &side->report);
	side->name = name;
	side->report.side = name;
	tls_init(&side->own, name);
	side->last_child = 1;
	open_stream(side, parent);
	free(parent);
	own_close(&side->own);
	report_hello(&side->report, "sockstep-side");
}

/* ---- both ---- */

static void refuse(const struct side *side, int64_t id)
{
	report_error(&side->report, id, -1,
		     "fork() needs an agent, which takes the child's stream: start sockstep-side --agent");
}

/* No handler may run in the child before it has its own pipe. */
void side_fork(struct side *side, struct request *request)
{
	struct execution execution = { .call = request->call };
	char *name = text_format("%s.%u", side->name, side->last_child + 1);
	struct report_call told;
	sigset_t all, before;

	if (side->door < 0) {
		refuse(side, request->id);
		free(name);
		return;
	}
	request->call = (struct call){ 0 };
	report_call_init(&told, request->id, 1, &execution.call);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	execution_run(&execution, &side->own);
	if (execution.result == 0) {
		become_child(side, name);
	} else {
		side->last_child += execution.result > 0;
		free(name);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	calls_tell(&side->calls, &told, &execution);
	if (execution.result == 0)
		rows_scan(&side->rows);
	report_call_release(&told);
	call_release(&execution.call);
}
