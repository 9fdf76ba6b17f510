#include "world/socket.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static size_t size_of(const char *text)
{
	return text == NULL ? 0 : strlen(text) + 1;
}

/* The copy, and the place behind it. */
static char *put(char **at, const char *text)
{
	char *copy = *at;

	if (text == NULL)
		return NULL;
	memcpy(copy, text, strlen(text) + 1);
	*at += strlen(text) + 1;
	return copy;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && string_is(a, b));
}

bool socket_has_texts(const struct world_socket *socket, const struct socket_texts *texts)
{
	return same(socket->host, texts->host) && same(socket->proto, texts->proto) &&
	       same(socket->local, texts->local) && same(socket->peer, texts->peer) &&
	       same(socket->state, texts->state);
}

struct socket_texts socket_texts(const struct world_socket *socket)
{
	return (struct socket_texts){ socket->host, socket->proto, socket->local, socket->peer, socket->state };
}

/* UNIX names have colons, too. */
static uint16_t port_of(const char *address)
{
	const char *colon = strrchr(address, ':');

	return colon == NULL || string_starts_with(address, "unix:") ? 0 : (uint16_t)strtoul(colon + 1, NULL, 10);
}

bool socket_has_port(const struct world_socket *socket)
{
	return socket->port != 0 && (string_is(socket->proto, "tcp") || string_is(socket->proto, "udp"));
}

void socket_texts_keep(struct world_socket *socket, const struct socket_texts *texts)
{
	size_t size = size_of(texts->host) + size_of(texts->proto) + size_of(texts->local) + size_of(texts->peer) +
		size_of(texts->state);
	char *block, *at;

	if (socket->texts != NULL && socket_has_texts(socket, texts))
		return;
	block = at = xmalloc(size);
	socket->host = put(&at, texts->host);
	socket->proto = put(&at, texts->proto);
	socket->local = put(&at, texts->local);
	socket->peer = put(&at, texts->peer);
	socket->state = put(&at, texts->state);
	socket->port = port_of(socket->local);
	socket->peer_port = port_of(socket->peer);
	free(socket->texts);
	socket->texts = block;
}

void socket_free(struct world_socket *socket)
{
	free(socket->texts);
	free(socket->timer);
	free(socket->info);
	life_release(&socket->life);
	free(socket);
}

struct world_socket *socket_new(const char *host, int64_t cookie)
{
	const struct socket_texts texts = { .host = host, .proto = "", .local = "", .peer = "" };
	struct world_socket *socket = xcalloc(1, sizeof(*socket));

	*socket = (struct world_socket){
		.cookie = cookie,
		.holder.side = SOCKET_NOBODY,
		.family = EVENT_NO_INT,
		.type = EVENT_NO_INT,
		.inode = EVENT_NO_INT,
		.recvq = EVENT_NO_INT,
		.sendq = EVENT_NO_INT,
		.retransmits = EVENT_NO_INT,
	};
	socket_texts_keep(socket, &texts);
	return socket;
}

struct world_socket *socket_copy(const struct world_socket *socket)
{
	const struct socket_texts texts = socket_texts(socket);
	struct world_socket *copy = xmalloc(sizeof(*copy));

	*copy = *socket;
	copy->texts = NULL;
	socket_texts_keep(copy, &texts);
	copy->timer = socket->timer == NULL ? NULL : xstrdup(socket->timer);
	copy->info = socket->info == NULL ? NULL : xstrdup(socket->info);
	life_copy(&copy->life, &socket->life);
	return copy;
}

/* ---- in an order ---- */

int socket_compare_cookies(const void *left, const void *right)
{
	const struct world_socket *a = left, *b = right;

	if (a->cookie != b->cookie)
		return a->cookie < b->cookie ? -1 : 1;
	return strcmp(a->host, b->host);
}

int socket_compare_ports(const void *left, const void *right)
{
	const struct world_socket *a = left, *b = right;
	int host = strcmp(a->host, b->host), proto = strcmp(a->proto, b->proto), local, peer;

	if (host != 0 || proto != 0)
		return host != 0 ? host : proto;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if ((a->peer_port != 0) != (b->peer_port != 0))
		return a->peer_port != 0 ? -1 : 1;
	local = strcmp(b->local, a->local);
	peer = strcmp(a->peer, b->peer);
	return local != 0 ? local : peer != 0 ? peer : socket_compare_cookies(left, right);
}

static int compare_arrivals(const struct world_socket *a, const struct world_socket *b)
{
	return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

int socket_compare_states(const void *left, const void *right)
{
	const struct world_socket *a = left, *b = right;
	int proto = strcmp(a->proto, b->proto), state = strcmp(a->state, b->state);

	return proto != 0 ? proto : state != 0 ? state : compare_arrivals(a, b);
}

static double part_of_second(double when)
{
	return when - (double)(long long)when;
}

int socket_compare_seconds(const void *left, const void *right)
{
	const struct world_socket *a = left, *b = right;
	double at = part_of_second(a->timer_end), other = part_of_second(b->timer_end);

	return at < other ? -1 : at > other ? 1 : compare_arrivals(a, b);
}

int socket_compare_hosts(const void *left, const void *right)
{
	const struct world_socket *a = left, *b = right;
	int host = strcmp(a->host, b->host);

	return host != 0 ? host : compare_arrivals(a, b);
}
