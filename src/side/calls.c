#include "side/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/signals.h"

/* Seconds. A call that sleeps is seen so after the first look or two, one that computes is asked for seldom. */
#define PAUSE_FIRST 50e-6
#define PAUSE_LAST 5e-3
/* Between two signals to the same thread: the first is nearly always enough. */
#define INTERRUPT_FIRST 200e-6
#define INTERRUPT_LAST 10e-3

void calls_init(struct calls *calls, const struct own *own, const struct report *report, struct rows *rows)
{
	*calls = (struct calls){ .own = own, .report = report, .rows = rows };
	calls->signals = signals_open(own);
	calls->wake = own_take(own, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	if (calls->wake < 0)
		die("an eventfd cannot be made: %s", strerror(errno));
}

/* What belongs to a thread that is not here may have been copied in the middle of a change: it is kept, untouched. */
void calls_after_fork(struct calls *calls)
{
	for (size_t i = 0; i < calls->made; i++) {
		if (calls->workers[i] == NULL)
			continue;
		close(calls->workers[i]->stat_fd);
		close(calls->workers[i]->syscall_fd);
		calls->lost[calls->lost_count++ % THREADS_MAX] = calls->workers[i];
		calls->workers[i] = NULL;
	}
	calls->made = 0;
	calls->quiet_count = 0;
	signals_close(calls->signals);
	close(calls->wake);
	calls->signals = signals_open_again(calls->own);
	calls->wake = own_take(calls->own, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

/* Signals still come and threads still return: what they write to stays open to the end. */
void calls_release(struct calls *calls)
{
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL && !calls->workers[i]->busy)
			worker_free(calls->workers[i]);
	free(calls->quiets);
}

/* ---- signals ---- */

static struct worker *worker_of(struct calls *calls, pid_t tid)
{
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL && calls->workers[i]->tid == tid)
			return calls->workers[i];
	return NULL;
}

/* Of the signals that interrupt a call one is told, however many it took. */
static bool is_repeated(struct calls *calls, const struct signal_news *news)
{
	struct worker *worker;
	bool repeated;

	if (news->info.si_signo != SIGINT || news->info.si_code != SI_TKILL || news->info.si_pid != getpid())
		return false;
	worker = worker_of(calls, news->thread);
	if (worker == NULL)
		return false;
	repeated = worker->told_interrupt;
	worker->told_interrupt = true;
	return repeated;
}

void calls_tell_signals(struct calls *calls)
{
	struct signal_news news;
	char text[80];
	unsigned lost;

	while (signals_next(calls->signals, &news))
		if (!is_repeated(calls, &news))
			report_signal(calls->report, &news.info);
	lost = signals_lost();
	if (lost == 0)
		return;
	snprintf(text, sizeof(text), "%u signals came too fast to be told", lost);
	report_error(calls->report, EVENT_NO_INT, -1, text);
}

/* While thread 1 is in a call the program's signals are its own (signals.h). */
static void program_signals(int how)
{
	sigset_t set;

	signals_of_program(&set);
	pthread_sigmask(how, &set, NULL);
}

/* ---- what a call may have changed in the table ---- */

/* Of the calls that change a socket, those after which its row reads otherwise; data changes queues, which rows have
 * not. */
static bool changes_row(enum call_id id)
{
	static const bool changing[CALL_COUNT] = {
		[CALL_bind] = true,	[CALL_listen] = true,	  [CALL_connect] = true, [CALL_shutdown] = true,
		[CALL_setsockopt] = true, [CALL_sendto] = true,	  [CALL_sendmsg] = true, [CALL_ioctl] = true,
	};

	return changing[id];
}

static void look_at_list(struct rows *rows, const struct value *list)
{
	for (size_t i = 0; i < list->count; i++)
		rows_look(rows, list->items[i].number);
}

static bool result_is_descriptor(const struct execution *execution)
{
	const struct call *call = &execution->call;

	if (call->spec->id == CALL_fcntl)
		return call->args[1].number == F_DUPFD || call->args[1].number == F_DUPFD_CLOEXEC;
	return call->spec->result == RESULT_FD;
}

static void look_at_arguments(struct rows *rows, const struct execution *execution)
{
	const struct call *call = &execution->call;

	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		enum arg_type type = call->spec->args[i].type;

		if (type == ARG_FD || type == ARG_NEW_FD)
			rows_look(rows, call->args[i].number);
		else if (type == ARG_FD_PAIR || type == ARG_FD_LIST)
			look_at_list(rows, &call->args[i]);
	}
	if (result_is_descriptor(execution))
		rows_look(rows, execution->result);
}

static void look_at_rows(struct calls *calls, const struct execution *execution)
{
	const struct call_spec *spec = execution->call.spec;

	switch (spec->changes) {
	case CHANGES_NOTHING:
		if (spec->blocks == BLOCKS_LIBRARY)
			rows_scan(calls->rows);
		break;
	case CHANGES_SOCKET:
		if (changes_row(spec->id))
			rows_look(calls->rows, execution->call.args[0].number);
		break;
	case CHANGES_TABLE:
		look_at_arguments(calls->rows, execution);
		break;
	case CHANGES_SELF:
		break;
	}
}

/* ---- returned ---- */

/* The signals first: SIGPIPE comes before the EPIPE that it goes with. */
void calls_tell(struct calls *calls, const struct report_call *told, const struct execution *execution)
{
	calls_tell_signals(calls);
	report_returned(calls->report, told, execution);
	report_raw(calls->report, execution);
	look_at_rows(calls, execution);
}

static void returned(struct calls *calls, struct worker *worker)
{
	const struct execution *execution = &worker->execution;
	bool reserved = worker->reserved >= 0 && execution->result != worker->reserved;

	calls_tell_signals(calls);
	report_returned(calls->report, &worker->told, execution);
	report_raw(calls->report, execution);
	if (reserved)
		report_number(calls->report, worker->reserved, "closed");
	look_at_rows(calls, execution);
	if (worker->interrupting)
		report_answer(calls->report, worker->interrupt_id);
	if (worker->number == 1)
		program_signals(SIG_UNBLOCK);
	worker->reserved = -1;
	worker_clear(worker);
}

/* ---- asleep ---- */

static bool is_reserved(const struct calls *calls, int number)
{
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL && calls->workers[i]->busy && calls->workers[i]->reserved == number)
			return true;
	return false;
}

/* accept() and open() take their number, the lowest, before they sleep; /proc does not show it. */
static void tell_reserved(struct calls *calls, struct worker *worker)
{
	int number = -1;

	do
		number = rows_lowest_free(calls->rows, number);
	while (is_reserved(calls, number));
	worker->reserved = number;
	report_number(calls->report, number, "reserved");
}

static void fell_asleep(struct calls *calls, struct worker *worker)
{
	const struct call_spec *spec = worker->told.spec;

	worker->told_blocked = true;
	report_blocked(calls->report, &worker->told);
	if (spec->result == RESULT_FD)
		tell_reserved(calls, worker);
	if (spec->changes == CHANGES_SOCKET && changes_row(spec->id))
		rows_look(calls->rows, worker->told.fd);
}

static bool is_watched(const struct worker *worker)
{
	return worker != NULL && worker->busy && !worker->settled && worker->told.spec->blocks == BLOCKS_MAY;
}

static void look_whether_asleep(struct calls *calls, struct worker *worker)
{
	if (!is_watched(worker) || !worker_is_asleep(worker))
		return;
	worker->settled = true;
	if (!worker->told_blocked)
		fell_asleep(calls, worker);
}

bool calls_are_settled(const struct calls *calls)
{
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL && calls->workers[i]->busy && !calls->workers[i]->settled)
			return false;
	return true;
}

static bool any_watched(const struct calls *calls)
{
	for (size_t i = 0; i < calls->made; i++)
		if (is_watched(calls->workers[i]))
			return true;
	return false;
}

void calls_unsettle(struct calls *calls)
{
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL)
			calls->workers[i]->settled = false;
	calls->pause = PAUSE_FIRST;
	calls->next_look = 0;
}

/* ---- quiet ---- */

static void answer_quiets(struct calls *calls)
{
	if (calls->quiet_count == 0 || !calls_are_settled(calls))
		return;
	for (size_t i = 0; i < calls->quiet_count; i++)
		report_answer(calls->report, calls->quiets[i]);
	calls->quiet_count = 0;
}

/* ---- interrupt ---- */

static void refuse(const struct calls *calls, int64_t id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void refuse(const struct calls *calls, int64_t id, const char *format, ...)
{
	struct text text;
	va_list args;

	text_init(&text);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	report_error(calls->report, id, -1, text.data);
	text_release(&text);
}

/* The lowest that is in a call, 1 if none is. */
static int busy_thread(const struct calls *calls)
{
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL && calls->workers[i]->busy)
			return calls->workers[i]->number;
	return 1;
}

void calls_interrupt(struct calls *calls, int64_t id, int thread)
{
	struct worker *worker;

	if (thread == 0)
		thread = busy_thread(calls);
	worker = calls->workers[thread - 1];
	if (worker == NULL || !worker->busy) {
		refuse(calls, id, "thread %d is in no call", thread);
	} else if (worker->told.spec->blocks == BLOCKS_LIBRARY) {
		refuse(calls, id, "%s cannot be interrupted: the library makes its calls again", worker->told.text);
	} else if (worker->interrupting) {
		refuse(calls, id, "thread %d is being interrupted already", thread);
	} else if (signals_disposition(SIGINT) == DISPOSITION_IGNORE) {
		refuse(calls, id, "this side ignores SIGINT: signal(SIGINT, SIG_IGN)");
	} else {
		worker->interrupting = true;
		worker->told_interrupt = false;
		worker->interrupt_id = id;
		worker->interrupt_pause = INTERRUPT_FIRST;
		worker->next_interrupt = 0;
	}
}

/* One signal is not enough: at the call's entry it is taken before the thread sleeps. */
static void interrupt_again(struct worker *worker)
{
	double now = execute_now();

	if (!worker->busy || !worker->interrupting || now < worker->next_interrupt)
		return;
	worker_signal(worker);
	worker->next_interrupt = now + worker->interrupt_pause;
	worker->interrupt_pause *= 2;
	if (worker->interrupt_pause > INTERRUPT_LAST)
		worker->interrupt_pause = INTERRUPT_LAST;
}

/* ---- a turn ---- */

static void drain_wake(const struct calls *calls, bool woken)
{
	uint64_t count;

	if (woken && read(calls->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
		die("an eventfd cannot be read: %s", strerror(errno));
}

static void tell_returned(struct calls *calls)
{
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL && calls->workers[i]->busy && worker_is_done(calls->workers[i]))
			returned(calls, calls->workers[i]);
}

static void look_at_proc(struct calls *calls)
{
	double now = execute_now();

	if (!any_watched(calls) || now < calls->next_look)
		return;
	for (size_t i = 0; i < calls->made; i++)
		look_whether_asleep(calls, calls->workers[i]);
	calls->next_look = now + calls->pause;
	calls->pause = calls->pause * 2 < PAUSE_LAST ? calls->pause * 2 : PAUSE_LAST;
}

void calls_look(struct calls *calls, bool woken)
{
	drain_wake(calls, woken);
	tell_returned(calls);
	look_at_proc(calls);
	for (size_t i = 0; i < calls->made; i++)
		if (calls->workers[i] != NULL)
			interrupt_again(calls->workers[i]);
	calls_tell_signals(calls);
	answer_quiets(calls);
}

void calls_quiet(struct calls *calls, int64_t id)
{
	calls->quiets = array_grow(calls->quiets, calls->quiet_count, &calls->quiet_room, sizeof(*calls->quiets));
	calls->quiets[calls->quiet_count++] = id;
	calls_unsettle(calls);
	calls_look(calls, false);
}

double calls_timeout(const struct calls *calls)
{
	double now = execute_now(), next = -1;

	if (any_watched(calls))
		next = calls->next_look;
	for (size_t i = 0; i < calls->made; i++) {
		const struct worker *worker = calls->workers[i];
		bool due = worker != NULL && worker->busy && worker->interrupting;

		if (due && (next < 0 || worker->next_interrupt < next))
			next = worker->next_interrupt;
	}
	if (next < 0)
		return -1;
	return next > now ? next - now : 0;
}

/* ---- beginning ---- */

/* The place of the thread that such a call would be made in; THREADS_MAX if there is none. */
static size_t place_for(const struct calls *calls, const struct request *request)
{
	size_t place = 1;

	if (!request->in_thread)
		return 0;
	while (place < THREADS_MAX && calls->workers[place] != NULL && calls->workers[place]->busy)
		place++;
	return place;
}

static enum may_begin refuse_busy(const struct calls *calls, int64_t id)
{
	const struct worker *first = calls->workers[0];

	refuse(calls, id, "thread 1 is in %s since %.3f s: its call has not returned", first->told.text,
	       execute_now() - first->told.began);
	return BEGIN_NEVER;
}

/* A thread is made only when no other is on its way (worker.h). */
static enum may_begin may_make_thread(const struct calls *calls, const struct request *request,
				      const struct worker *worker, bool patient)
{
	bool makes = worker == NULL && request->call.spec->blocks != BLOCKS_NEVER;

	return makes && patient && !calls_are_settled(calls) ? BEGIN_LATER : BEGIN_NOW;
}

static enum may_begin may_begin_plain(struct calls *calls, const struct request *request, bool patient)
{
	struct worker *first = calls->workers[0];

	if (first == NULL || !first->busy)
		return may_make_thread(calls, request, first, patient);
	if (patient && !first->settled)
		return BEGIN_LATER;
	return refuse_busy(calls, request->id);
}

enum may_begin calls_may_begin(struct calls *calls, const struct request *request, bool patient)
{
	size_t place;

	if (!request->in_thread)
		return may_begin_plain(calls, request, patient);
	place = place_for(calls, request);
	if (place == THREADS_MAX) {
		refuse(calls, request->id, "%d threads are in calls already: there can be no more", THREADS_MAX);
		return BEGIN_NEVER;
	}
	return may_make_thread(calls, request, calls->workers[place], patient);
}

static void run_here(struct calls *calls, struct request *request, int thread)
{
	struct execution execution = { .call = request->call };
	struct report_call told;

	request->call = (struct call){ 0 };
	report_call_init(&told, request->id, thread, &execution.call);
	execution_run(&execution, calls->own);
	calls_tell(calls, &told, &execution);
	report_call_release(&told);
	call_release(&execution.call);
}

/* False, and refused, if there can be no more threads: RLIMIT_NPROC, or memory. */
static bool make_worker(struct calls *calls, int64_t id, size_t place)
{
	calls->workers[place] = worker_new((int)place + 1, calls->own, calls->wake);
	if (calls->workers[place] == NULL) {
		refuse(calls, id, "no thread can be started for this call: %s", strerror(errno));
		return false;
	}
	if (place >= calls->made)
		calls->made = place + 1;
	return true;
}

void calls_begin(struct calls *calls, struct request *request)
{
	size_t place = place_for(calls, request);

	if (request->call.spec->blocks == BLOCKS_NEVER) {
		run_here(calls, request, (int)place + 1);
		return;
	}
	if (calls->workers[place] == NULL && !make_worker(calls, request->id, place))
		return;
	if (place == 0)
		program_signals(SIG_BLOCK);
	worker_start(calls->workers[place], request->id, &request->call);
	calls->pause = PAUSE_FIRST;
	calls->next_look = execute_now() + PAUSE_FIRST;
}
