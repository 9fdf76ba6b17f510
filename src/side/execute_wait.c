/*
 * Waiting for events: poll, select, epoll.
 */
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#include "base/mem.h"
#include "side/execute.h"

/* ---- poll ---- */

static void give_poll_events(struct value *list, const struct pollfd *pollfds)
{
	for (size_t i = 0; i < list->count; i++)
		value_set_number(value_append(&list->items[i]), (unsigned short)pollfds[i].revents);
}

long execute_poll(struct call *call)
{
	struct value *list = &call->args[0];
	struct pollfd *pollfds = xcalloc(list->count + 1, sizeof(*pollfds));
	int result;

	for (size_t i = 0; i < list->count; i++) {
		pollfds[i].fd = (int)list->items[i].items[0].number;
		pollfds[i].events = (short)list->items[i].items[1].number;
	}
	result = poll(pollfds, list->count, execute_int(call, 2));
	if (result >= 0)
		give_poll_events(list, pollfds);
	free(pollfds);
	return result;
}

/* ---- select ---- */

/* fd_set ends at 1023; the kernel takes as many bits as it is told of (select(2), "BUGS"). */
enum { WORD_BITS = sizeof(unsigned long) * CHAR_BIT, SET_WORDS = OWN_FIRST_MAX / WORD_BITS };

struct descriptor_set {
	union {
		unsigned long words[SET_WORDS];
		fd_set as_kernel_takes_it;
	};
};

/* Sets the bits; the highest number of all lists plus one. Numbers that cannot be open were refused before. */
static int fill_set(struct descriptor_set *set, const struct value *list, int count)
{
	*set = (struct descriptor_set){ .words = { 0 } };
	for (size_t i = 0; i < list->count; i++) {
		size_t fd = (size_t)list->items[i].number;

		set->words[fd / WORD_BITS] |= 1UL << fd % WORD_BITS;
		if ((int)fd >= count)
			count = (int)fd + 1;
	}
	return count;
}

/* Each descriptor becomes a pair of it and whether it is ready. */
static void give_set(struct value *list, const struct descriptor_set *set)
{
	for (size_t i = 0; i < list->count; i++) {
		struct value *item = &list->items[i];
		size_t fd = (size_t)item->number;

		value_set_list(item);
		value_set_number(value_append(item), (long long)fd);
		value_set_number(value_append(item), (long long)(set->words[fd / WORD_BITS] >> fd % WORD_BITS & 1));
	}
}

static fd_set *set_or_null(struct descriptor_set *set, const struct value *list)
{
	return list->kind == VALUE_LIST ? &set->as_kernel_takes_it : NULL;
}

long execute_select(struct call *call)
{
	struct value *lists = &call->args[1]; /* r, w, e */
	struct descriptor_set sets[3];
	struct value *wait = &call->args[4];
	struct timeval timeout = { .tv_sec = wait->number / 1000000, .tv_usec = wait->number % 1000000 };
	int count = 0, result;

	for (size_t i = 0; i < 3; i++)
		count = fill_set(&sets[i], &lists[i], count);
	result = select(count, set_or_null(&sets[0], &lists[0]), set_or_null(&sets[1], &lists[1]),
			set_or_null(&sets[2], &lists[2]), wait->kind == VALUE_NUMBER ? &timeout : NULL);
	if (wait->kind == VALUE_NUMBER)
		value_set_number(value_append(wait), timeout.tv_sec * 1000000LL + timeout.tv_usec);
	for (size_t i = 0; result >= 0 && i < 3; i++)
		give_set(&lists[i], &sets[i]);
	return result;
}

/* ---- epoll ---- */

long execute_epoll_create1(struct call *call)
{
	return epoll_create1(execute_int(call, 0));
}

long execute_epoll_ctl(struct call *call)
{
	struct epoll_event event = { .events = (uint32_t)execute_number(call, 3), .data.fd = execute_int(call, 2) };

	return epoll_ctl(execute_int(call, 0), execute_int(call, 1), execute_int(call, 2), &event);
}

/* So many events are given at once; a larger maxevents than the kernel knows is its EINVAL to say. */
enum { EVENTS_MAX = OWN_FIRST_MAX };

long execute_epoll_wait(struct call *call)
{
	int most = execute_int(call, 2), result;
	size_t room = most < 1 ? 1 : most > EVENTS_MAX ? EVENTS_MAX : (size_t)most;
	struct epoll_event *events = xcalloc(room, sizeof(*events));

	result = epoll_wait(execute_int(call, 0), events, most < EVENTS_MAX ? most : EVENTS_MAX, execute_int(call, 3));
	if (result >= 0)
		value_set_list(&call->args[1]);
	for (int i = 0; i < result; i++) {
		struct value *item = value_append(&call->args[1]);

		value_set_list(item);
		value_set_number(value_append(item), events[i].data.fd);
		value_set_number(value_append(item), events[i].events);
	}
	free(events);
	return result;
}
