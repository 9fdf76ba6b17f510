#include "side/copy_loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/copy_ends.h"
#include "side/copy_link.h"
#include "side/copy_wish.h"
#include "side/execute.h"

struct loop {
	int wishes, news; /* (borrowed) */
	bool open;        /* the two ends are there, as the first wish has them */
	struct copy_input input;
	struct copy_output output;
	struct copy_link **links; /* (owned) */
	size_t count, room;
	struct pollfd *pollfds; /* (owned) of FIXED and one for each link */
	size_t pollfd_room;
	double next; /* seconds until something is due; negative: nothing is */
};

enum { WATCH_WISHES, WATCH_INPUT, WATCH_OUTPUT, WATCH_FIXED };

/* ---- telling ---- */

static void tell(const struct loop *loop, const struct copy_link *link, enum copy_status status)
{
	struct copy_news news = {
		.id = link->wish.id,
		.fd = link->wish.fd,
		.status = status,
		.sent = link->sent,
		.received = link->received,
		.took = execute_now() - link->began,
		.first = link->first,
		.why = link->why,
		.error = link->error,
	};

	memcpy(news.reason, link->reason, sizeof(news.reason));
	while (write(loop->news, &news, sizeof(news)) < 0 && errno == EINTR)
		;
}

/* ---- links ---- */

static void add_link(struct loop *loop, const struct copy_wish *wish)
{
	struct copy_link *link = xmalloc(sizeof(*link));

	if (!loop->open) {
		copy_input_init(&loop->input, wish);
		copy_output_init(&loop->output, wish);
		loop->open = true;
	}
	copy_link_init(link, wish, &loop->input);
	loop->links = array_grow(loop->links, loop->count, &loop->room, sizeof(struct copy_link *));
	loop->links[loop->count++] = link;
}

/* False at the end. */
static bool take_wish(struct loop *loop)
{
	struct copy_wish wish;
	ssize_t len = read(loop->wishes, &wish, sizeof(wish));

	if (len == (ssize_t)sizeof(wish))
		add_link(loop, &wish);
	return len > 0 || (len < 0 && errno == EINTR);
}

static void drop_link(struct loop *loop, size_t index)
{
	struct copy_link *link = loop->links[index];

	if (loop->count == 1 && !copy_output_end(&loop->output) && link->error == 0) {
		link->why = COPY_OUT;
		link->error = errno;
	}
	copy_link_end(link);
	tell(loop, link, COPY_DONE);
	free(link);
	loop->links[index] = loop->links[--loop->count];
}

/* ---- a turn ---- */

/* Has each taken all that is open? */
static bool all_taken(const struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++)
		if (!loop->links[i]->send_over && loop->links[i]->taken < loop->input.open)
			return false;
	return true;
}

static bool any_sends(const struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++)
		if (!loop->links[i]->send_over)
			return true;
	return false;
}

static bool goes_direct(const struct loop *loop)
{
	return loop->count == 1 && !copy_link_needs_buffer(loop->links[0]) && copy_input_is_direct(&loop->input);
}

/* One piece for all of them. */
static void fill_input(struct loop *loop)
{
	struct copy_input *input = &loop->input;

	if (input->len > 0 && all_taken(loop))
		copy_input_go_on(input);
	if (input->len > 0 || input->ended || !input->ready || !any_sends(loop) || goes_direct(loop))
		return;
	copy_input_fill(input, loop->links[0]->datagram ? COPY_DATAGRAM : COPY_PIECE);
	for (size_t i = 0; i < loop->count; i++)
		loop->links[i]->taken = 0;
}

static void move_bytes(struct loop *loop, struct copy_link *link)
{
	copy_link_send(link, &loop->input, loop->count == 1);
	if (copy_link_end_sending(link, &loop->input))
		tell(loop, link, COPY_INPUT_ENDED);
	if (copy_link_receive(link, &loop->output))
		tell(loop, link, COPY_PEER_CLOSED);
	if (loop->input.error != 0 && !link->done) {
		link->done = true;
		link->why = COPY_IN;
		link->error = loop->input.error;
	}
}

static void serve_links(struct loop *loop)
{
	struct copy_input *input = &loop->input;
	double now;

	for (size_t i = 0; i < loop->count; i++)
		move_bytes(loop, loop->links[i]);
	/* At once, and not in the next turn: there is nothing to be looked at before. */
	if (input->len > 0 && input->open == input->len && all_taken(loop))
		copy_input_go_on(input);
	now = execute_now();
	loop->next = -1;
	for (size_t i = loop->count; i > 0; i--) {
		double next = copy_link_look(loop->links[i - 1], now);

		if (copy_link_is_left_open(loop->links[i - 1], now))
			tell(loop, loop->links[i - 1], COPY_INPUT_OPEN);
		if (loop->links[i - 1]->done)
			drop_link(loop, i - 1);
		else if (next >= 0 && (loop->next < 0 || next < loop->next))
			loop->next = next;
	}
}

/* ---- waiting ---- */

static bool waits_for_line(const struct loop *loop)
{
	return loop->input.open < loop->input.len && all_taken(loop);
}

static void watch_ends(const struct loop *loop, struct pollfd *pollfds)
{
	const struct copy_input *input = &loop->input;
	bool reads = loop->open && !input->ended && !input->ready && input->len == 0 && any_sends(loop);

	pollfds[WATCH_WISHES] = (struct pollfd){ loop->wishes, POLLIN, 0 };
	pollfds[WATCH_INPUT] = (struct pollfd){ reads ? input->fd : -1, POLLIN, 0 };
	pollfds[WATCH_OUTPUT] = (struct pollfd){ loop->open && loop->output.full ? loop->output.fd : -1, POLLOUT, 0 };
}

/* Nothing is asked of a connection that waits for others; one whose peer has closed may still be reset. */
static void watch_link(const struct loop *loop, const struct copy_link *link, struct pollfd *pollfd)
{
	short events = 0;

	if (!link->receive_over && !link->can_receive)
		events |= POLLIN;
	if (!link->can_send && copy_link_wants_to_send(link, &loop->input, loop->count == 1))
		events |= POLLOUT;
	*pollfd = (struct pollfd){ events != 0 || link->receive_over ? link->wish.fd : -1, events, 0 };
}

/* Is there something to be done at once? */
static bool is_pressing(const struct loop *loop)
{
	bool alone = loop->count == 1;

	for (size_t i = 0; i < loop->count; i++) {
		const struct copy_link *link = loop->links[i];

		if (link->can_receive && !link->receive_over && !loop->output.full)
			return true;
		if (link->can_send && copy_link_wants_to_send(link, &loop->input, alone))
			return true;
		if (!link->send_over && loop->input.ended && link->taken >= loop->input.len)
			return true;
	}
	return loop->open && !loop->input.ended && loop->input.ready && loop->input.len == 0 && any_sends(loop) &&
	       !goes_direct(loop);
}

static int timeout_of(const struct loop *loop)
{
	double next = loop->next, now = execute_now();

	if (is_pressing(loop))
		return 0;
	if (loop->input.len > 0 && loop->input.open == loop->input.len && all_taken(loop))
		return 0;
	if (waits_for_line(loop) && (next < 0 || loop->input.next_line - now < next))
		next = loop->input.next_line > now ? loop->input.next_line - now : 0;
	if (next < 0)
		return -1;
	return next > 1e6 ? (int)1e9 : (int)(next * 1e3) + 1;
}

static void take_ready(struct loop *loop, const struct pollfd *pollfds, size_t count)
{
	loop->input.ready = loop->input.ready || pollfds[WATCH_INPUT].revents != 0;
	if (pollfds[WATCH_OUTPUT].revents != 0)
		loop->output.full = false;
	for (size_t i = 0; i < count; i++) {
		const struct pollfd *pollfd = &pollfds[WATCH_FIXED + i];
		struct copy_link *link = loop->links[i];
		bool failed = (pollfd->revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;

		link->can_receive = link->can_receive || (pollfd->revents & (POLLIN | POLLERR | POLLHUP)) != 0;
		link->can_send = link->can_send || (pollfd->revents & (POLLOUT | POLLERR | POLLHUP)) != 0;
		if (failed && (link->receive_over || (pollfd->revents & POLLNVAL) != 0))
			copy_link_fail(link);
	}
}

static bool wait_for_something(struct loop *loop)
{
	size_t count = loop->count;

	while (loop->pollfd_room < WATCH_FIXED + count)
		loop->pollfds = array_grow(loop->pollfds, loop->pollfd_room, &loop->pollfd_room,
					   sizeof(*loop->pollfds));
	watch_ends(loop, loop->pollfds);
	for (size_t i = 0; i < count; i++)
		watch_link(loop, loop->links[i], &loop->pollfds[WATCH_FIXED + i]);
	if (poll(loop->pollfds, WATCH_FIXED + count, timeout_of(loop)) < 0)
		return errno == EINTR || errno == ENOMEM;
	take_ready(loop, loop->pollfds, count);
	return loop->pollfds[WATCH_WISHES].revents == 0 || take_wish(loop);
}

void copy_loop(int wishes, int news)
{
	struct loop loop = { .wishes = wishes, .news = news, .next = -1 };

	while (wait_for_something(&loop)) {
		if (loop.count == 0)
			continue;
		fill_input(&loop);
		serve_links(&loop);
	}
	for (size_t i = 0; i < loop.count; i++)
		free(loop.links[i]);
	if (loop.open) {
		copy_input_release(&loop.input);
		copy_output_release(&loop.output);
	}
	free(loop.links);
	free(loop.pollfds);
}
