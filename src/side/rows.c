#include "side/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"

/* So many pokes in one turn; the others are still there in the next. */
enum { POKES_MAX = 64 };
#define WATCHED (EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET)

void rows_init(struct rows *rows, const struct own *own, const struct report *report)
{
	*rows = (struct rows){ .own = own, .report = report };
	fd_table_init(&rows->known);
	rows->directory = own_take(own, fds_open());
	rows->epoll = own_take(own, epoll_create1(EPOLL_CLOEXEC));
	if (rows->directory < 0 || rows->epoll < 0)
		die("the descriptor table cannot be watched: %s", strerror(errno));
}

void rows_release(struct rows *rows)
{
	fd_table_release(&rows->known);
	close(rows->directory);
	close(rows->epoll);
}

/* ---- pokes ---- */

static const struct fd_facts *other_with_inode(const struct rows *rows, uint64_t inode, int fd)
{
	for (size_t i = 0; i < rows->known.count; i++)
		if (rows->known.fds[i].inode == inode && rows->known.fds[i].is_socket && rows->known.fds[i].fd != fd)
			return &rows->known.fds[i];
	return NULL;
}

/* The kernel keeps an entry until the last descriptor of the socket is closed, in whatever process: so it is known by
 * the socket's inode, and a copy of the descriptor needs none. */
static void watch(struct rows *rows, const struct fd_facts *facts)
{
	struct epoll_event event = { .events = WATCHED, .data.u64 = facts->inode };

	if (facts->is_socket && other_with_inode(rows, facts->inode, facts->fd) == NULL)
		epoll_ctl(rows->epoll, EPOLL_CTL_ADD, facts->fd, &event);
}

void rows_hush(struct rows *rows, int fd, bool hush)
{
	const struct fd_facts *facts = fd_table_find(&rows->known, fd);
	struct epoll_event event = { .events = EPOLLRDHUP | EPOLLET };

	if (facts == NULL || !facts->is_socket)
		return;
	event.data.u64 = facts->inode;
	if (!hush)
		event.events = WATCHED;
	epoll_ctl(rows->epoll, EPOLL_CTL_MOD, fd, &event);
}

void rows_tell_pokes(struct rows *rows)
{
	struct epoll_event events[POKES_MAX];
	int count = epoll_wait(rows->epoll, events, POKES_MAX, 0);

	for (int i = 0; i < count; i++) {
		const struct fd_facts *facts = other_with_inode(rows, events[i].data.u64, -1);

		if (facts != NULL)
			report_poke(rows->report, facts->fd);
	}
}

/* ---- rows ---- */

static void tell_opened(void *context, const struct fd_facts *now)
{
	struct rows *rows = context;

	report_row(rows->report, now, "open");
	watch(rows, now);
}

static void tell_changed(void *context, const struct fd_facts *before, const struct fd_facts *now)
{
	const struct rows *rows = context;

	(void)before;
	report_row(rows->report, now, "open");
}

static void tell_closed(void *context, const struct fd_facts *before)
{
	const struct rows *rows = context;

	report_number(rows->report, before->fd, "closed");
}

static struct fd_table_changes telling(struct rows *rows)
{
	return (struct fd_table_changes){
		.opened = tell_opened, .changed = tell_changed, .closed = tell_closed, .context = rows,
	};
}

/* `known` is the new table while the differences are told: watch() looks for copies there. */
void rows_scan(struct rows *rows)
{
	const struct fd_table_changes changes = telling(rows);
	struct fd_table before = rows->known;

	fd_table_init(&rows->known);
	if (!fds_scan(rows->directory, rows->own->first, &rows->known)) {
		fd_table_release(&rows->known);
		rows->known = before;
		report_error(rows->report, EVENT_NO_INT, -1, "the descriptor table could not be read");
		return;
	}
	fd_table_diff(&before, &rows->known, &changes);
	fd_table_release(&before);
}

static size_t place_of(const struct fd_table *table, int fd)
{
	size_t place = 0;

	while (place < table->count && table->fds[place].fd < fd)
		place++;
	return place;
}

static void put_row(struct fd_table *table, size_t place, const struct fd_facts *now)
{
	if (place == table->count || table->fds[place].fd != now->fd) {
		table->fds = array_grow(table->fds, table->count, &table->room, sizeof(*table->fds));
		memmove(&table->fds[place + 1], &table->fds[place], (table->count - place) * sizeof(*table->fds));
		table->count++;
	}
	table->fds[place] = *now;
}

static void drop_row(struct fd_table *table, size_t place)
{
	if (place == table->count)
		return;
	table->count--;
	memmove(&table->fds[place], &table->fds[place + 1], (table->count - place) * sizeof(*table->fds));
}

/* One row, told as a table of one is. */
static void look_at_one(struct rows *rows, int fd)
{
	const struct fd_table_changes changes = telling(rows);
	const struct fd_facts *known = fd_table_find(&rows->known, fd);
	struct fd_facts before, now;
	struct fd_table before_table = { .fds = &before, .count = known != NULL };
	struct fd_table now_table = { .fds = &now, .count = fds_look(rows->directory, fd, &now) };

	if (known != NULL)
		before = *known;
	if (now_table.count > 0)
		put_row(&rows->known, place_of(&rows->known, fd), &now);
	else if (known != NULL)
		drop_row(&rows->known, place_of(&rows->known, fd));
	fd_table_diff(&before_table, &now_table, &changes);
}

void rows_look(struct rows *rows, long long fd)
{
	const struct fd_facts *facts;
	uint64_t inode;

	if (fd < 0 || fd >= rows->own->first)
		return;
	look_at_one(rows, (int)fd);
	facts = fd_table_find(&rows->known, (int)fd);
	if (facts == NULL || !facts->is_socket)
		return;
	inode = facts->inode;
	for (size_t i = 0; i < rows->known.count; i++)
		if (rows->known.fds[i].is_socket && rows->known.fds[i].inode == inode && rows->known.fds[i].fd != fd)
			look_at_one(rows, rows->known.fds[i].fd);
}

void rows_tell_all(struct rows *rows)
{
	rows_scan(rows);
	for (size_t i = 0; i < rows->known.count; i++)
		report_row(rows->report, &rows->known.fds[i], "open");
}

int rows_lowest_free(const struct rows *rows, int after)
{
	int number = after + 1;

	for (size_t i = place_of(&rows->known, number); i < rows->known.count; i++) {
		if (rows->known.fds[i].fd != number)
			break;
		number++;
	}
	return number;
}
