#include "session/bounds.h"

#include "base/mem.h"

void bounds_begin(struct session *session)
{
	session->bounded_until = session_time(session) + LESSON_SECONDS_MAX;
	session->bounded_lines = 0;
}

void bounds_count_line(struct session *session)
{
	session->bounded_lines++;
}

bool bounds_are_too_many_lines(const struct session *session)
{
	return session->bounded_lines > LESSON_LINES_RUN_MAX;
}

/* ---- how much there is ---- */

static long hosts_of(const struct world *world)
{
	long count = 0;

	for (size_t i = 0; i < world->host_count; i++)
		count += world->hosts[i].up;
	return count;
}

static long sides_of(const struct world *world)
{
	long count = 0;

	for (size_t i = 0; i < world->side_count; i++)
		count += world->sides[i].alive;
	return count;
}

static long calls_of(const struct world *world)
{
	long count = 0;

	for (size_t i = 0; i < world->side_count; i++)
		count += world->sides[i].alive ? (long)world->sides[i].call_count : 0;
	return count;
}

static long sockets_of(const struct world *world)
{
	long count = 0;

	for (size_t i = 0; i < world->side_count; i++)
		count += world->sides[i].alive ? (long)world->sides[i].fd_count : 0;
	for (size_t i = 0; i < world->socket_count; i++)
		count += world->sockets[i]->descriptors == 0;
	return count;
}

/* ---- may there be more? ---- */

static bool refuse(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(struct session *session, const char *format, ...)
{
	struct text what;
	va_list args;

	text_init(&what);
	va_start(args, format);
	text_addv(&what, format, args);
	va_end(args);
	session_complain(session, -1, "a lesson from elsewhere %s (--trust allows it)", what.data);
	session_finish(session, OUTCOME_FAILED);
	text_release(&what);
	return false;
}

static bool is_within(struct session *session, long count, long most, const char *what)
{
	return !session->running.source.stranger || count <= most ||
	       refuse(session, "may have no more than %ld %s", most, what);
}

bool bounds_allow_line(struct session *session)
{
	if (!session->running.source.stranger)
		return true;
	if (!session->lab_wanted)
		return refuse(session, "runs in a lab only");
	if (session_time(session) >= session->bounded_until)
		return refuse(session, "may take no more than %d hours", LESSON_SECONDS_MAX / 3600);
	return !bounds_are_too_many_lines(session) ||
	       refuse(session, "may run no more than %d lines", LESSON_LINES_RUN_MAX);
}

bool bounds_allow_host(struct session *session)
{
	return is_within(session, hosts_of(&session->world) + 1, LESSON_HOSTS_MAX, "hosts");
}

bool bounds_allow_side(struct session *session)
{
	return is_within(session, sides_of(&session->world) + 1, LESSON_SIDES_MAX, "sides");
}

/* What the call may add: a child has a copy of each descriptor, a pair is two. */
static long sockets_of_call(const struct session *session, const struct call *call)
{
	const struct world_side *side = world_side(&session->world, session->running.side);

	if (call->spec->id == CALL_fork)
		return side == NULL ? 0 : (long)side->fd_count;
	if (call->spec->id == CALL_socketpair || call->spec->id == CALL_pipe2)
		return 2;
	return call->spec->changes == CHANGES_TABLE && call->spec->id != CALL_close;
}

bool bounds_allow_call(struct session *session, const struct call *call)
{
	const struct world *world = &session->world;
	long more = sockets_of_call(session, call);

	return (call->spec->id != CALL_fork || bounds_allow_side(session)) &&
	       is_within(session, calls_of(world) + 1, LESSON_CALLS_MAX, "calls under way") &&
	       (more == 0 ||
		is_within(session, sockets_of(world) + more, LESSON_SOCKETS_MAX, "sockets and descriptors"));
}
