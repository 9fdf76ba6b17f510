#include "face/view.h"

#include <string.h>

/* Is the word, of `len` bytes, one of the list's, which spaces separate? */
static bool is_in_list(const char *list, const char *word, size_t len)
{
	while (list != NULL && *list != '\0') {
		size_t part = strcspn(list, " ");

		if (part == len && memcmp(list, word, len) == 0)
			return true;
		list += part + (list[part] == ' ');
	}
	return false;
}

static const char *host_with(const struct world *world, const char *address, size_t len)
{
	if (len >= 2 && address[0] == '[' && address[len - 1] == ']') {
		address++;
		len -= 2;
	}
	for (size_t i = 0; i < world->host_count; i++)
		if (is_in_list(world->hosts[i].addresses, address, len))
			return world->hosts[i].name;
	return NULL;
}

bool view_has_wire(const struct world *world)
{
	for (size_t i = 0; i < world->host_count; i++)
		if (world->hosts[i].link != NULL)
			return true;
	return world->wire != NULL;
}

bool view_is_foreign(const struct world *world, const struct world_socket *socket)
{
	return socket->descriptors == 0 && socket->inode != EVENT_NO_INT && socket->inode > 0 && !view_has_wire(world);
}

static bool has_no_port(const char *address)
{
	const char *colon = strrchr(address, ':');

	return colon == NULL || string_is(colon, ":0") || string_is(colon, ":*");
}

void view_address(struct text *out, const struct world *world, const char *host, const char *address)
{
	const char *colon, *name;

	if (address == NULL || address[0] == '\0')
		return;
	colon = strrchr(address, ':');
	if (string_starts_with(address, "unix:") || colon == NULL) {
		text_add(out, address);
		return;
	}
	name = host_with(world, address, (size_t)(colon - address));
	if (name == NULL && has_no_port(address))
		return;
	if (name == NULL)
		text_add_bytes(out, address, (size_t)(colon - address));
	else if (!string_is(name, host))
		text_add(out, name);
	text_add(out, colon);
}

/* ---- what counts ---- */

const char *view_timer(const char *timer)
{
	return string_is(timer, "on") ? "retransmit" : string_is(timer, "timewait") ? "TIME_WAIT" : timer;
}

long long view_age(const struct view *view, double since)
{
	return view->now > since ? (long long)(view->now - since) : 0;
}

long long view_left(const struct view *view, double until)
{
	double left = until - view->now;

	if (left <= 0)
		return 0;
	return (long long)left + ((double)(long long)left < left);
}

static void note_earlier(double *next, double when)
{
	if (*next < 0 || when < *next)
		*next = when;
}

static void note_calls(const struct view *view, const struct world_side *side, double *next)
{
	for (size_t i = 0; i < side->call_count; i++)
		note_earlier(next, side->calls[i].began + (double)view_age(view, side->calls[i].began) + 1);
}

/* The timer that shows another second first: each does so at its own part of every second, and the world has them in
 * the order of that; what has run out counts no more. */
static void note_timers(const struct view *view, double *next)
{
	const struct order *timers = &view->world->by_second;
	const struct world_socket now = { .timer_end = view->now, .arrival = INT64_MAX };
	size_t count = order_count(timers), place = order_place(timers, &now);

	for (size_t i = 0; i < count; i++) {
		const struct world_socket *socket = order_at(timers, (place + i) % count);

		if (socket->timer_end <= view->now)
			continue;
		note_earlier(next, socket->timer_end - (double)(view_left(view, socket->timer_end) - 1));
		return;
	}
}

double view_next_change(const struct view *view)
{
	double next = -1;

	for (size_t i = 0; i < view->world->side_count; i++)
		if (view->world->sides[i].alive)
			note_calls(view, &view->world->sides[i], &next);
	note_timers(view, &next);
	return next;
}

/* ---- what is chosen ---- */

int64_t view_until(const struct view *view)
{
	return view->moment != NULL ? view->place : INT64_MAX;
}

/* Of any host. */
static const struct world_socket *socket_by_cookie(const struct world *world, int64_t cookie)
{
	const struct world_socket before = { .cookie = cookie, .host = "" }, *socket;

	socket = order_at(&world->by_cookie, order_place(&world->by_cookie, &before));
	return socket != NULL && socket->cookie == cookie ? socket : NULL;
}

static bool listens(const struct world_socket *socket)
{
	return socket->state != NULL && string_is(socket->state, "LISTEN");
}

/* A connection goes before a listener, and the first of each before others. */
static void prefer(const struct world_socket **chosen, const struct world_socket *socket)
{
	if (socket != NULL && (*chosen == NULL || (listens(*chosen) && !listens(socket))))
		*chosen = socket;
}

static const struct world_socket *changed_socket(const struct view *view, const struct world_side *side)
{
	const struct world_socket *chosen = NULL;

	for (size_t i = 0; i < side->fd_count; i++)
		if (changes_has_socket(view->changes, side->host, side->fds[i].row.cookie))
			prefer(&chosen, world_fd_socket(view->world, side, &side->fds[i]));
	return chosen;
}

/* In so many descriptors a connection is found, if there is one. */
enum { LOOKED_AT = 256 };

static const struct world_socket *any_socket(const struct view *view, const struct world_side *side)
{
	const struct world_socket *chosen = NULL;

	for (size_t i = 0; i < side->fd_count && i < LOOKED_AT && (chosen == NULL || listens(chosen)); i++)
		prefer(&chosen, world_fd_socket(view->world, side, &side->fds[i]));
	return chosen;
}

const struct world_socket *view_socket(const struct view *view)
{
	const struct world_side *side = view->current == NULL ? NULL : world_side(view->world, view->current);
	const struct world_socket *chosen = view->socket == 0 ? NULL : socket_by_cookie(view->world, view->socket);

	if (chosen == NULL && side != NULL)
		chosen = changed_socket(view, side);
	if (chosen == NULL && side != NULL)
		chosen = any_socket(view, side);
	return chosen;
}

const struct world_segment *view_segment(const struct view *view)
{
	const struct world_segments *segments = &view->world->segments;
	const struct world_segment *chosen = view->segment == 0 ? NULL : world_segment(view->world, view->segment);

	if (chosen != NULL)
		return chosen;
	if (segments->held_first != NULL)
		return segments->held_first;
	return segments->count == 0 ? NULL : world_segments_at(segments, segments->count - 1);
}
