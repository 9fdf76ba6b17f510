#include "session/context.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "call/literal.h"

/* A file whose bytes are to be sent as one argument. */
enum { FILE_MOST = LITERAL_BYTES_MAX };

/* ---- hosts ---- */

/* The number `index` of a host's addresses, which stand in one text with spaces between. */
static bool address_at(const char *addresses, size_t index, struct address *address)
{
	char *copy = xstrdup(addresses), *rest = copy, *word;
	bool found = false;

	while ((word = strtok_r(rest, " ", &rest)) != NULL)
		if (index-- == 0) {
			found = address_read_ip(address, word);
			break;
		}
	free(copy);
	return found;
}

static bool address_in_family(const char *addresses, int family, struct address *address)
{
	for (size_t i = 0; address_at(addresses, i, address); i++)
		if (family == AF_UNSPEC || address->any.sa_family == family)
			return true;
	return false;
}

bool context_host_address(const struct session *session, const char *name, int family, struct address *address)
{
	const struct world_side *side = world_side(&session->world, name);
	const struct world_host *host = world_host(&session->world, side == NULL ? name : side->host);

	return host != NULL && host->addresses != NULL && address_in_family(host->addresses, family, address);
}

char *context_pattern(const struct session *session, const char *word)
{
	const char *colon = strrchr(word, ':');
	struct address address;
	struct text text;
	char *host;
	bool known;

	if (colon == NULL || string_starts_with(word, "unix:"))
		return xstrdup(word);
	host = xstrndup(word, (size_t)(colon - word));
	known = context_host_address(session, host, AF_UNSPEC, &address);
	free(host);
	if (!known)
		return xstrdup(word);
	text_init(&text);
	address_print_host(&text, &address, true);
	text_add(&text, colon);
	return text.data;
}

/* ---- names ---- */

bool context_name_is_free(const struct session *session, const char *name, struct text *message)
{
	const char *what = NULL;

	if (call_find(name, false, NULL) != NULL)
		what = "a call";
	else if (command_find(name, false, NULL) != NULL)
		what = "a command";
	else if (constant_is_known(name))
		what = "a constant";
	else if (world_side(&session->world, name) != NULL)
		what = "a side";
	else if (world_host(&session->world, name) != NULL)
		what = "a host";
	if (what != NULL) {
		text_addf(message, "%s is %s: a descriptor cannot be called so", name, what);
		return false;
	}
	if (isdigit((unsigned char)name[0]) || strpbrk(name, ".-") != NULL) {
		text_addf(message, "a name is made of letters, digits and _, and does not begin with a digit");
		return false;
	}
	return true;
}

/* ---- what call_bind() asks ---- */

/* A prefix is for its own statement, and often one thinks of the whole line. */
static void say_whose_it_is(const struct session *session, const char *name, struct text *message)
{
	int fd;

	for (size_t i = 0; i < session->world.side_count; i++) {
		const struct world_side *side = &session->world.sides[i];

		if (!side->alive || !session_descriptor(session, side->name, name, &fd))
			continue;
		text_addf(message, "; %s has one: `%s:` stands before each statement that is for it", side->name,
			  side->name);
		return;
	}
}

static bool find_descriptor(void *owner, const char *name, int *fd, struct text *message)
{
	const struct session *session = owner;

	if (session_descriptor(session, session->running.side, name, fd))
		return true;
	text_addf(message, "%s has no descriptor that is called %s", session->running.side, name);
	say_whose_it_is(session, name, message);
	return false;
}

static const struct event_fd *row_of(const struct session *session, int fd)
{
	const struct world_side *side = world_side(&session->world, session->running.side);
	const struct world_fd *row = side == NULL ? NULL : world_fd(side, fd);

	return row == NULL ? NULL : &row->row;
}

/* AF_UNSPEC where the descriptor is no IP socket. */
static int family_of(const struct session *session, int fd)
{
	const struct event_fd *row = row_of(session, fd);

	if (row == NULL || (row->family != AF_INET && row->family != AF_INET6))
		return AF_UNSPEC;
	return (int)row->family;
}

static bool find_host(void *owner, const char *name, int fd, struct address *address, struct text *message)
{
	const struct session *session = owner;
	int family = family_of(session, fd);

	if (context_host_address(session, name, family, address))
		return true;
	if (context_host_address(session, name, AF_UNSPEC, address))
		text_addf(message, "%s has no address of the family of descriptor %d", name, fd);
	return false;
}

static int find_family(void *owner, int fd)
{
	return family_of(owner, fd) == AF_INET6 ? AF_INET6 : AF_INET;
}

static bool find_received(void *owner, const void **bytes, size_t *len, struct text *message)
{
	const struct session *session = owner;
	const struct world_side *side = world_side(&session->world, session->running.side);

	if (side == NULL || side->received == NULL) {
		text_addf(message, "%s has received nothing yet", session->running.side);
		return false;
	}
	*bytes = side->received;
	*len = side->received_len;
	return true;
}

static bool read_file(void *owner, const char *path, struct text *bytes, struct text *message)
{
	(void)owner;
	return file_read_whole(path, FILE_MOST, bytes, message);
}

struct call_context context_of(struct session *session)
{
	return (struct call_context){
		.owner = session,
		.descriptor = find_descriptor,
		.host = find_host,
		.family = find_family,
		.received = find_received,
		.file = read_file,
	};
}

/* ---- before anything runs ---- */

static bool any_descriptor(void *owner, const char *name, int *fd, struct text *message)
{
	(void)owner;
	*fd = 0;
	if (!constant_is_known(name))
		return true;
	text_addf(message, "%s is a constant, no descriptor", name);
	return false;
}

static bool any_host(void *owner, const char *name, int fd, struct address *address, struct text *message)
{
	(void)owner;
	(void)name;
	(void)fd;
	(void)message;
	*address = address_any(AF_INET, 0);
	return true;
}

struct call_context context_of_check(void)
{
	return (struct call_context){ .checking = true, .descriptor = any_descriptor, .host = any_host };
}
