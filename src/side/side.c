#include "side/side.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/* No more is read while so much has not been taken by the other end; pokes, which can wait, stop earlier. */
enum { UNSENT_MAX = 1 << 20, UNSENT_POKES_MAX = 1 << 16 };
/* Seconds. How long a call waits for the one before it, which nearly always is on its way back; how long calls are
 * waited for after the end of input; how long _exit() waits for the other end. */
#define PATIENCE 0.1
#define PATIENCE_AT_END 1.0
enum { EXIT_DRAIN_MILLISECONDS = 1000 };
/* A timer of 50 microseconds that comes 50 later is none (prctl(2), PR_SET_TIMERSLACK). */
enum { TIMER_SLACK_NANOSECONDS = 5000 };

/* ---- beginning and end ---- */

static void set_limits(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NANOSECONDS);
}

/* The streams by which it is used by hand stay where they are, and are ours as copies: close(0) is the program's. */
static int take_stream(const struct own *own, int fd)
{
	return fd <= 2 ? own_copy(own, fd) : own_take(own, fd);
}

static void take_streams(struct side *side, const struct side_options *options)
{
	int in = take_stream(&side->own, options->in);

	side->lines.out = options->out == options->in ? in : take_stream(&side->own, options->out);
	side->lines.in = in;
}

/* ---- the machine's failure ---- */

/* Standard error leads nowhere. What waits to be sent is its loop's: here only whole lines go out, and an unfinished
 * one is ended. Nothing is waited for, and nothing can be done if it fails. */
static void write_last_words(void *owner, const char *message)
{
	const struct side *side = owner;
	bool unfinished = side->lines.sent > 0 && side->lines.pending.data[side->lines.sent - 1] != '\n';
	struct lines lines = { .in = -1, .out = side->lines.out, .is_unix = side->lines.is_unix,
			       .is_socket = side->lines.is_socket };
	const struct report report = { .lines = &lines, .side = side->name };

	text_init(&lines.pending);
	if (unfinished)
		text_add(&lines.pending, "\n");
	report_error(&report, EVENT_NO_INT, -1, message);
	lines_flush(&lines);
	text_release(&lines.pending);
}

static void close_foreign(const struct side_options *options)
{
	int kept[] = { 0, 1, 2, options->in, options->out, options->door };

	own_close_others(kept, COUNT_OF(kept));
}

static void side_init(struct side *side, const struct side_options *options)
{
	struct text message;

	*side = (struct side){ .name = xstrdup(options->name), .last_child = 1, .dump.fd = -1 };
	lines_init(&side->lines, options->in, options->out);
	die_set_teller(write_last_words, side);
	close_foreign(options);
	text_init(&message);
	if (!own_init(&side->own, &message))
		die("%s", message.data);
	text_release(&message);
	take_streams(side, options);
	side->door = own_take(&side->own, options->door);
	side->report = (struct report){ .lines = &side->lines, .side = side->name, .dump = &side->dump };
	tls_init(&side->own, side->name);
	calls_init(&side->calls, &side->own, &side->report, &side->rows);
	rows_init(&side->rows, &side->own, &side->report);
	own_close(&side->own);
}

static void side_release(struct side *side)
{
	die_set_teller(NULL, NULL);
	calls_release(&side->calls);
	rows_release(&side->rows);
	lines_release(&side->lines);
	if (side->holding)
		request_release(&side->held);
	free(side->name);
}

/* ---- requests ---- */

/* It never returns: what there is to tell is told before. */
static void serve_exit(struct side *side, struct request *request)
{
	struct execution execution = { .call = request->call };
	struct report_call told;

	report_call_init(&told, request->id, 1, &execution.call);
	calls_tell(&side->calls, &told, &execution);
	lines_drain(&side->lines, EXIT_DRAIN_MILLISECONDS);
	execution_run(&execution, &side->own);
}

static void begin_call(struct side *side, struct request *request)
{
	if (request->call.spec->id == CALL_fork)
		side_fork(side, request);
	else if (request->call.spec->id == CALL__exit)
		serve_exit(side, request);
	else
		calls_begin(&side->calls, request);
}

/* False: not yet. */
static bool serve_call(struct side *side, struct request *request, bool patient)
{
	switch (calls_may_begin(&side->calls, request, patient)) {
	case BEGIN_NOW:
		begin_call(side, request);
		return true;
	case BEGIN_LATER:
		return false;
	case BEGIN_NEVER:
		return true;
	}
	return true;
}

static void serve_syscalls(struct side *side, const struct request *request)
{
	side->report.with_syscall = request->on;
	report_answer(&side->report, request->id);
}

static void serve_fds(struct side *side, const struct request *request)
{
	rows_tell_all(&side->rows);
	report_answer(&side->report, request->id);
}

/* False: not yet. */
static bool serve_dump(struct side *side, const struct request *request, bool patient)
{
	struct text message;

	if (patient && !calls_are_settled(&side->calls))
		return false;
	text_init(&message);
	if (dump_open(&side->dump, &side->own, request->words, &message))
		report_answer(&side->report, request->id);
	else
		report_error(&side->report, request->id, -1, message.data);
	text_release(&message);
	return true;
}

static void serve_bye(struct side *side, const struct request *request)
{
	report_answer(&side->report, request->id);
	side->over = true;
}

static bool serve(struct side *side, struct request *request, bool patient)
{
	switch (request->kind) {
	case REQUEST_CALL:
		return serve_call(side, request, patient);
	case REQUEST_INTERRUPT:
		calls_interrupt(&side->calls, request->id, request->thread);
		break;
	case REQUEST_QUIET:
		calls_quiet(&side->calls, request->id);
		break;
	case REQUEST_FDS:
		serve_fds(side, request);
		break;
	case REQUEST_SYSCALLS:
		serve_syscalls(side, request);
		break;
	case REQUEST_COPY:
		return side_copy(side, request, patient);
	case REQUEST_TLS:
		return side_tls(side, request, patient);
	case REQUEST_DUMP:
		return serve_dump(side, request, patient);
	case REQUEST_BYE:
		serve_bye(side, request);
		break;
	}
	return true;
}

/* A call that was asleep may be on its way back by now: whether it is decides whether the next one may begin. */
static bool serve_first(struct side *side, struct request *request)
{
	if (request->kind == REQUEST_CALL)
		calls_unsettle(&side->calls);
	return serve(side, request, true);
}

static void hold(struct side *side, const struct request *request)
{
	side->holding = true;
	side->held = *request;
	side->held_until = execute_now() + PATIENCE;
}

static void read_request(struct side *side, char *line, size_t len)
{
	struct mistake mistake;
	struct request request;

	mistake_init(&mistake);
	if (!request_read(&request, line, len, &mistake))
		report_error(&side->report, request.id, mistake.column, mistake.text.data);
	else if (serve_first(side, &request))
		request_release(&request);
	else
		hold(side, &request);
	mistake_release(&mistake);
}

static void serve_held(struct side *side)
{
	if (!side->holding || !serve(side, &side->held, execute_now() < side->held_until))
		return;
	side->holding = false;
	request_release(&side->held);
}

static bool may_serve(const struct side *side)
{
	return !side->holding && !side->over && lines_unsent(&side->lines) < UNSENT_MAX;
}

static void serve_lines(struct side *side)
{
	char *line;
	size_t len;

	serve_held(side);
	while (may_serve(side) && (line = lines_next_line(&side->lines, &len)) != NULL)
		if (len > 0)
			read_request(side, line, len);
}

/* ---- the loop ---- */

enum { WATCH_IN, WATCH_OUT, WATCH_WAKE, WATCH_SIGNALS, WATCH_POKES, WATCH_COPIES, WATCH_TLS, WATCH_DOOR, WATCH_COUNT };

static void fill_pollfds(const struct side *side, struct pollfd *pollfds)
{
	bool reads = may_serve(side) && !side->lines.at_end, writes = lines_unsent(&side->lines) > 0;
	bool pokes = lines_unsent(&side->lines) < UNSENT_POKES_MAX;

	pollfds[WATCH_IN] = (struct pollfd){ reads ? side->lines.in : -1, POLLIN, 0 };
	pollfds[WATCH_OUT] = (struct pollfd){ writes ? side->lines.out : -1, POLLOUT, 0 };
	pollfds[WATCH_WAKE] = (struct pollfd){ side->calls.wake, POLLIN, 0 };
	pollfds[WATCH_SIGNALS] = (struct pollfd){ side->calls.signals, POLLIN, 0 };
	pollfds[WATCH_POKES] = (struct pollfd){ pokes ? side->rows.epoll : -1, POLLIN, 0 };
	pollfds[WATCH_COPIES] = (struct pollfd){ side->copier != NULL ? side->copier->news[0] : -1, POLLIN, 0 };
	pollfds[WATCH_TLS] = (struct pollfd){ tls_news(), POLLIN, 0 };
	pollfds[WATCH_DOOR] = (struct pollfd){ side->door, 0, 0 };
}

static double earlier(double a, double b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* In seconds, negative: for ever. */
static double timeout_of(const struct side *side)
{
	double timeout = calls_timeout(&side->calls), now = execute_now();

	if (may_serve(side) && lines_has_line(&side->lines))
		return 0;
	if (side->holding)
		timeout = earlier(timeout, side->held_until > now ? side->held_until - now : 0);
	if (side->lines.at_end && may_serve(side))
		timeout = earlier(timeout, side->ends_at > now ? side->ends_at - now : 0);
	return timeout;
}

static void wait_for_something(const struct side *side, struct pollfd *pollfds)
{
	double seconds = timeout_of(side);
	struct timespec timeout = { .tv_sec = (time_t)seconds };

	timeout.tv_nsec = (long)((seconds - (double)timeout.tv_sec) * 1e9);
	if (ppoll(pollfds, WATCH_COUNT, seconds < 0 ? NULL : &timeout, NULL) < 0) {
		if (errno != EINTR)
			die("poll failed: %s", strerror(errno));
		for (size_t i = 0; i < WATCH_COUNT; i++)
			pollfds[i].revents = 0;
	}
}

/* Nobody is there any more who could read what calls bring. */
static bool is_abandoned(const struct side *side)
{
	struct pollfd pollfd = { .fd = side->lines.out };

	return side->lines.broken || (poll(&pollfd, 1, 0) > 0 && (pollfd.revents & (POLLHUP | POLLERR)) != 0);
}

/* Lines that came before the end of input are served, and what they began may still return. */
static void end_if_done(struct side *side)
{
	if (side->lines.broken)
		side->over = true;
	if (!side->lines.at_end)
		return;
	if (is_abandoned(side))
		side->over = true;
	if (!may_serve(side) || lines_has_line(&side->lines))
		return;
	if (calls_are_settled(&side->calls) || execute_now() >= side->ends_at)
		side->over = true;
}

static void read_lines(struct side *side)
{
	lines_fill(&side->lines);
	if (!side->lines.at_end)
		return;
	side->ends_at = execute_now() + PATIENCE_AT_END;
	calls_unsettle(&side->calls);
}

static void turn(struct side *side)
{
	struct pollfd pollfds[WATCH_COUNT];

	fill_pollfds(side, pollfds);
	wait_for_something(side, pollfds);
	if (pollfds[WATCH_DOOR].revents != 0)
		side->over = true;
	side_tell_tls(side);
	calls_look(&side->calls, pollfds[WATCH_WAKE].revents != 0);
	if (pollfds[WATCH_POKES].revents != 0)
		rows_tell_pokes(&side->rows);
	if (pollfds[WATCH_COPIES].revents != 0)
		side_tell_copies(side);
	if (pollfds[WATCH_IN].revents != 0)
		read_lines(side);
	serve_lines(side);
	end_if_done(side);
	lines_flush(&side->lines);
}

int side_run(const struct side_options *options)
{
	struct side side;

	set_limits();
	side_init(&side, options);
	report_hello(&side.report, "sockstep-side");
	rows_scan(&side.rows);
	lines_flush(&side.lines);
	while (!side.over)
		turn(&side);
	lines_drain(&side.lines, EXIT_DRAIN_MILLISECONDS);
	side_release(&side);
	return EXIT_SUCCESS;
}
