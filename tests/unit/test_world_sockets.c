/*
 * What the world keeps of its sockets beside the list of them - who holds each, where each stands by port - is what one
 * would find by going through everything, whatever events came in which order; and a copy has the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

enum { STEPS = 4000, FDS = 12, COOKIES = 15, PORTS = 6 };

static const char *const sides[] = { "client", "server", "client.2" };
static const char *const hosts[] = { "client", "server", "client" };

/* What is told is copied; nobody writes into it. */
static char *word(const char *text)
{
	return (char *)(uintptr_t)text;
}

static unsigned next_random(unsigned *random, unsigned below)
{
	*random = *random * 1103515245u + 12345u;
	return *random / 65536 % below;
}

static void tell_side(struct world *world, int side, const char *status)
{
	struct event event;

	event_init(&event, EVENT_side);
	event.side.side = word(sides[side]);
	event.side.host = word(hosts[side]);
	event.side.status = word(status);
	world_apply(world, &event);
}

/* A descriptor comes to lead to a socket, another than before or the same by another address, or is closed. */
static void tell_row(struct world *world, unsigned *random)
{
	char *local = text_format("10.0.0.1:%u", next_random(random, PORTS));
	struct event event;

	event_init(&event, EVENT_fd);
	event.fd.side = word(sides[next_random(random, 3)]);
	event.fd.fd = (int64_t)next_random(random, FDS);
	event.fd.status = word(next_random(random, 4) == 0 ? "closed" : "open");
	event.fd.proto = word(next_random(random, 5) == 0 ? "udp" : "tcp");
	event.fd.local = local;
	event.fd.peer = word(next_random(random, 2) == 0 ? "" : "10.0.0.2:80");
	event.fd.state = word(next_random(random, 3) == 0 ? "LISTEN" : "CLOSED");
	event.fd.cookie = (int64_t)next_random(random, COOKIES) + 1;
	if (next_random(random, 10) == 0)
		event.fd.cookie = EVENT_NO_INT; /* a file */
	world_apply(world, &event);
	free(local);
}

static void tell_state(struct world *world, unsigned *random)
{
	struct event event;

	event_init(&event, EVENT_state);
	event.state.host = word(hosts[next_random(random, 2)]);
	event.state.cookie = (int64_t)next_random(random, COOKIES) + 1;
	event.state.proto = word("tcp");
	event.state.local = word("10.0.0.1:3");
	event.state.to = word(next_random(random, 2) == 0 ? "CLOSED" : "TIME_WAIT");
	world_apply(world, &event);
}

/* A timer begins, ends otherwise or goes. */
static void tell_timer(struct world *world, unsigned *random)
{
	struct event event;

	event_init(&event, EVENT_socket);
	event.t = (double)next_random(random, 1000) / 100;
	event.socket.host = word(hosts[next_random(random, 2)]);
	event.socket.cookie = (int64_t)next_random(random, COOKIES) + 1;
	event.socket.timer = next_random(random, 3) == 0 ? NULL : word("on");
	event.socket.timer_left = (int64_t)next_random(random, 3000);
	world_apply(world, &event);
}

/* ---- going through everything ---- */

static const struct world_fd *first_holder(const struct world *world, const struct world_socket *socket, int32_t *count)
{
	const struct world_fd *first = NULL;

	*count = 0;
	for (size_t i = 0; i < world->side_count; i++)
		for (size_t j = 0; j < world->sides[i].fd_count; j++) {
			const struct world_fd *fd = &world->sides[i].fds[j];

			if (fd->row.cookie != socket->cookie || !string_is(world->sides[i].host, socket->host))
				continue;
			first = first == NULL ? fd : first;
			++*count;
		}
	return first;
}

static void check_socket(const struct world *world, const struct world_socket *socket)
{
	struct world_side *side;
	struct world_fd *fd = NULL;
	int32_t count;
	const struct world_fd *first = first_holder(world, socket, &count);

	assert_int_equal(socket->descriptors, count);
	assert_true(world_socket_holder(world, socket, &side, &fd) == (count > 0));
	assert_ptr_equal(fd, first);
	assert_ptr_equal(world_socket(world, socket->host, socket->cookie), socket);
}

static size_t count_listeners(const struct world_side *side)
{
	size_t count = 0;

	for (size_t i = 0; i < side->fd_count; i++)
		count += side->fds[i].row.state != NULL && string_is(side->fds[i].row.state, "LISTEN");
	return count;
}

static bool has_state(const struct world_socket *socket)
{
	return socket->state != NULL;
}

static bool has_timer(const struct world_socket *socket)
{
	return socket->timer != NULL;
}

static bool is_loose(const struct world_socket *socket)
{
	return socket->descriptors == 0;
}

/* All that belong there stand there, and nobody else. */
static void check_order(const struct world *world, const struct order *order,
			bool (*belongs)(const struct world_socket *socket))
{
	const struct world_socket *before = NULL, *socket;
	size_t count = 0;

	for (size_t i = 0; i < world->socket_count; i++)
		count += belongs(world->sockets[i]);
	assert_int_equal(order_count(order), count);
	for (size_t i = 0; (socket = order_at(order, i)) != NULL; i++) {
		assert_true(before == NULL || order->compare(before, socket) < 0);
		assert_true(belongs(socket));
		before = socket;
	}
}

static void check(const struct world *world)
{
	for (size_t i = 0; i < world->socket_count; i++)
		check_socket(world, world->sockets[i]);
	for (size_t i = 0; i < world->side_count; i++)
		assert_int_equal(world->sides[i].listeners, count_listeners(&world->sides[i]));
	assert_int_equal(order_count(&world->by_cookie), world->socket_count);
	check_order(world, &world->by_port, socket_has_port);
	check_order(world, &world->by_state, has_state);
	check_order(world, &world->by_second, has_timer);
	check_order(world, &world->loose, is_loose);
}

static void test_is_what_a_look_through_everything_finds(void **state)
{
	unsigned random = 1;
	struct world world, copy;

	(void)state;
	world_init(&world);
	for (int side = 0; side < 3; side++)
		tell_side(&world, side, "started");
	for (int step = 0; step < STEPS; step++) {
		if (next_random(&random, 8) == 0)
			tell_state(&world, &random);
		else if (next_random(&random, 4) == 0)
			tell_timer(&world, &random);
		else
			tell_row(&world, &random);
		check(&world);
	}
	assert_true(world.socket_count > COOKIES / 2);
	world_copy(&copy, &world);
	check(&copy);
	world_release(&copy);
	for (int side = 0; side < 3; side++) {
		tell_side(&world, side, "exited");
		check(&world);
	}
	world_release(&world);
}

/* A pair of addresses stands before one alone, one address before any, each port by itself. */
static void test_ports_stand_as_packets_find_them(void **state)
{
	static const struct {
		const char *local, *peer;
	} rows[] = {
		{ "10.0.0.1:9", "" }, { "*:80", "" }, { "10.0.0.1:80", "" }, { "10.0.0.1:80", "10.0.0.2:7" },
		{ "10.0.0.1:443", "" },
	};
	static const char *const order[] = { "10.0.0.1:9", "10.0.0.1:80", "10.0.0.1:80", "*:80", "10.0.0.1:443" };
	struct world world;

	(void)state;
	world_init(&world);
	tell_side(&world, 0, "started");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct event event;

		event_init(&event, EVENT_fd);
		event.fd.side = word("client");
		event.fd.status = word("open");
		event.fd.proto = word("tcp");
		event.fd.fd = (int64_t)i;
		event.fd.cookie = 100 - (int64_t)i;
		event.fd.local = word(rows[i].local);
		event.fd.peer = word(rows[i].peer);
		world_apply(&world, &event);
	}
	for (size_t i = 0; i < COUNT_OF(order); i++)
		assert_string_equal(((const struct world_socket *)order_at(&world.by_port, i))->local, order[i]);
	assert_string_equal(((const struct world_socket *)order_at(&world.by_port, 1))->peer, "10.0.0.2:7");
	world_release(&world);
}

/* A connection that was reset is retransmitted no more. */
static void test_what_is_closed_has_no_timer(void **state)
{
	struct event row, told, closed;
	struct world world;

	(void)state;
	world_init(&world);
	tell_side(&world, 0, "started");
	event_init(&row, EVENT_fd);
	row.fd.side = word("client");
	row.fd.status = word("open");
	row.fd.proto = word("tcp");
	row.fd.fd = 3;
	row.fd.cookie = 1;
	world_apply(&world, &row);
	event_init(&told, EVENT_socket);
	told.socket.host = word("client");
	told.socket.cookie = 1;
	told.socket.timer = word("on");
	told.socket.timer_left = 4000;
	told.socket.retransmits = 2;
	world_apply(&world, &told);
	assert_string_equal(world.sockets[0]->timer, "on");
	event_init(&closed, EVENT_state);
	closed.state.host = word("client");
	closed.state.cookie = 1;
	closed.state.proto = word("tcp");
	closed.state.from = word("SYN_SENT");
	closed.state.to = word("CLOSED");
	world_apply(&world, &closed);
	assert_null(world.sockets[0]->timer);
	assert_int_equal(world.sockets[0]->retransmits, EVENT_NO_INT);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_what_a_look_through_everything_finds),
		cmocka_unit_test(test_ports_stand_as_packets_find_them),
		cmocka_unit_test(test_what_is_closed_has_no_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
