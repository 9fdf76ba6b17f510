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

static bool has(const struct world_socket *socket, const struct socket_texts *texts)
{
	return same(socket->host, texts->host) && same(socket->proto, texts->proto) &&
	       same(socket->local, texts->local) && same(socket->peer, texts->peer) &&
	       same(socket->state, texts->state);
}

struct socket_texts socket_texts(const struct world_socket *socket)
{
	return (struct socket_texts){ socket->host, socket->proto, socket->local, socket->peer, socket->state };
}

void socket_texts_keep(struct world_socket *socket, const struct socket_texts *texts)
{
	size_t size = size_of(texts->host) + size_of(texts->proto) + size_of(texts->local) + size_of(texts->peer) +
		size_of(texts->state);
	char *block, *at;

	if (socket->texts != NULL && has(socket, texts))
		return;
	block = at = xmalloc(size);
	socket->host = put(&at, texts->host);
	socket->proto = put(&at, texts->proto);
	socket->local = put(&at, texts->local);
	socket->peer = put(&at, texts->peer);
	socket->state = put(&at, texts->state);
	free(socket->texts);
	socket->texts = block;
}

void socket_free(struct world_socket *socket)
{
	free(socket->texts);
	free(socket->timer);
	free(socket->info);
	free(socket);
}
