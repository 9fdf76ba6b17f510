#include "session/offers.h"

#include <dirent.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "call/statement.h"
#include "session/lesson.h"
#include "session/rendering.h"
#include "session/settings.h"

void offer(struct offers *offers, const char *text, const char *help)
{
	if (string_starts_with(text, offers->word))
		offers->add(offers->context, text, help);
}

void offer_each(struct offers *offers, const char *texts, const char *help)
{
	while (*texts != '\0') {
		size_t len = strcspn(texts, " |");
		char *text = xstrndup(texts, len);

		if (len > 0 && !isupper((unsigned char)*text))
			offer(offers, text, help);
		free(text);
		texts += len;
		texts += *texts != '\0';
	}
}

static void offer_two(struct offers *offers, const char *text, const char *behind, const char *help)
{
	char *both = text_format("%s%s", text, behind);

	offer(offers, both, help);
	free(both);
}

/* ---- names ---- */

void offer_sides(struct offers *offers, const char *behind)
{
	const struct world *world = offers->inquiry.world;

	for (size_t i = 0; i < world->side_count; i++)
		if (world->sides[i].alive)
			offer_two(offers, world->sides[i].name, behind, "a side");
}

void offer_threads(struct offers *offers)
{
	const struct world *world = offers->inquiry.world;

	offer_sides(offers, "");
	for (size_t i = 0; i < world->side_count; i++)
		for (size_t j = 0; j < world->sides[i].call_count; j++) {
			const struct world_call *call = &world->sides[i].calls[j];
			char *text = text_format("%s/%lld", world->sides[i].name, (long long)call->thread);

			offer(offers, text, call->text);
			free(text);
		}
}

void offer_hosts(struct offers *offers, const char *behind)
{
	const struct world *world = offers->inquiry.world;

	for (size_t i = 0; i < world->host_count; i++)
		if (world->hosts[i].up)
			offer_two(offers, world->hosts[i].name, behind, world->hosts[i].addresses);
}

void offer_calls(struct offers *offers)
{
	for (enum call_id id = 0; id < CALL_COUNT; id++)
		offer(offers, call_spec(id)->name, call_spec(id)->help);
}

void offer_commands(struct offers *offers)
{
	for (enum command_id id = 0; id < COMMAND_COUNT; id++)
		offer(offers, command_spec(id)->name, command_spec(id)->help);
}

void offer_settings(struct offers *offers)
{
	const struct setting *setting;

	for (size_t i = 0; (setting = setting_at(i)) != NULL; i++)
		offer(offers, setting->name, setting->help);
}

/* A name that the line would take for something else, or that would have to be shown otherwise, is left out. */
static bool is_plain(const char *name)
{
	if (*name == '.' || *name == '\0')
		return false;
	for (; *name != '\0'; name++)
		if (!isgraph((unsigned char)*name) || strchr("\",;[](){}", *name) != NULL)
			return false;
	return true;
}

static void offer_entry(struct offers *offers, const char *before, const char *folder, const struct dirent *entry)
{
	bool is_folder = entry->d_type == DT_DIR;
	char *text = text_format("%s%s%s%s", before, folder, entry->d_name, is_folder ? "/" : "");

	if (is_plain(entry->d_name))
		offer(offers, text, is_folder ? "a directory" : NULL);
	free(text);
}

void offer_files(struct offers *offers, const char *before)
{
	const char *path = offers->word + (string_starts_with(offers->word, before) ? strlen(before) : 0);
	const char *slash = strrchr(path, '/');
	char *folder = xstrndup(path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
	struct dirent **entries;
	int count = scandir(*folder == '\0' ? "." : folder, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		offer_entry(offers, before, folder, entries[i]);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	free(folder);
}

static void offer_sysctl(struct offers *offers, size_t len, const struct dirent *entry)
{
	bool is_folder = entry->d_type == DT_DIR;
	char *text = text_format("%.*s%s%s", (int)len, offers->word, entry->d_name, is_folder ? "." : "");

	if (is_plain(entry->d_name) && strchr(entry->d_name, '.') == NULL)
		offer(offers, text, NULL);
	free(text);
}

/* The names of the host's kernel are those of this machine's, or fewer; written with dots. */
void offer_sysctls(struct offers *offers)
{
	const char *last = strrchr(offers->word, '.');
	size_t len = last == NULL ? 0 : (size_t)(last - offers->word) + 1;
	char *path = text_format("/proc/sys/%.*s", (int)len, offers->word);
	struct dirent **entries;
	int count;

	if (len == 0) {
		offer(offers, "net.", NULL);
		free(path);
		return;
	}
	for (char *dot = path; (dot = strchr(dot, '.')) != NULL;)
		*dot = '/';
	count = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		offer_sysctl(offers, len, entries[i]);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	free(path);
}

static void offer_lesson(void *context, const char *name, const char *teaches)
{
	offer(context, name, teaches);
}

void offer_lessons(struct offers *offers)
{
	lesson_list(offer_lesson, offers);
}

/* ---- constants ---- */

static enum constant_group group_of_flags(enum constant_group group)
{
	if (group == GROUP_TYPE)
		return GROUP_SOCKET_FLAG;
	return group == GROUP_ACCESS ? GROUP_OPEN : group;
}

/* Is it one of the names before the word, which are joined by |? */
static bool is_joined(const char *joined, size_t len, const char *name)
{
	for (const char *at = joined; at < joined + len; at++) {
		size_t part = strcspn(at, "|");

		if (part == strlen(name) && strncmp(at, name, part) == 0)
			return true;
		at += part;
	}
	return false;
}

/* The word is what stands behind the last |. */
static const char *narrow(struct offers *offers, size_t *joined_len)
{
	const char *joined = offers->word, *bar = strrchr(joined, '|');

	*joined_len = bar == NULL ? 0 : (size_t)(bar + 1 - joined);
	offers->word += *joined_len;
	offers->begin += *joined_len;
	return joined;
}

/* What the kernel calls a SYN_RECV that has no socket yet; nobody meets it under that name. */
static bool is_internal(const struct constant *constant)
{
	return constant->group == GROUP_STATE && constant->value == STATE_NEW_SYN_RECV;
}

/* One value has one name here, that under which it is printed. */
static void offer_group(struct offers *offers, enum constant_group group, const char *joined, size_t joined_len)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].group == group && !is_internal(&all[i]) &&
		    string_is(constant_name(group, all[i].value), all[i].name) &&
		    !is_joined(joined, joined_len, all[i].name))
			offer(offers, all[i].name, NULL);
}

void offer_constants(struct offers *offers, enum constant_group group)
{
	size_t joined_len;
	const char *joined = narrow(offers, &joined_len);

	offer_group(offers, joined_len > 0 ? group_of_flags(group) : group, joined, joined_len);
}

void offer_short_forms(struct offers *offers)
{
	const char *form;

	for (size_t i = 0; (form = call_short_form(i)) != NULL; i++)
		offer(offers, form, NULL);
}

void offer_options(struct offers *offers, int level)
{
	size_t count;
	const struct option_spec *all = options_all(&count);

	for (size_t i = 0; i < count; i++)
		if (level < 0 || all[i].level == level)
			offer(offers, all[i].name, all[i].help);
}

static void offer_congestion_controls(struct offers *offers)
{
	const struct inquiry *inquiry = &offers->inquiry;
	struct text names;

	text_init(&names);
	if (offers->side != NULL && inquiry->ops->setting(inquiry->owner, offers->side->host,
							  "net/ipv4/tcp_available_congestion_control", &names))
		offer_each(offers, names.data, NULL);
	text_release(&names);
}

static void offer_own_addresses(struct offers *offers)
{
	struct text list;

	text_init(&list);
	if (offers->side != NULL &&
	    offers->inquiry.ops->addresses(offers->inquiry.owner, offers->side->host, &list))
		offer_each(offers, list.data, "an address of this host");
	text_release(&list);
}

void offer_option_value(struct offers *offers, const struct option_spec *spec)
{
	if (spec == NULL)
		return;
	if (spec->type == OPTION_BOOL) {
		offer(offers, "1", "on");
		offer(offers, "0", "off");
	} else if (spec->type == OPTION_LINGER) {
		offer(offers, "{1, 0}", "close() sends RST");
		offer(offers, "{1, 5}", "close() waits at most 5 s");
		offer(offers, "{0, 0}", "off");
	} else if (spec->type == OPTION_TIMEVAL) {
		offer(offers, "1.5", "seconds; 0: for ever");
	} else if (spec->type == OPTION_STRING) {
		offer_congestion_controls(offers);
	} else if (spec->type == OPTION_IN_ADDR) {
		offer_own_addresses(offers);
	}
}

/* ---- descriptors ---- */

static const char *state_of(const struct offers *offers, const struct world_fd *fd)
{
	const char *state = world_fd_state(offers->inquiry.world, offers->side, fd);

	return state == NULL ? "" : state;
}

static bool is_socket(const struct world_fd *fd)
{
	return fd->row.proto != NULL && !fd->reserved;
}

static bool is_datagram(const struct world_fd *fd)
{
	return is_socket(fd) && (fd->row.type == SOCK_DGRAM || fd->row.type == SOCK_RAW);
}

bool fd_is_any(const struct offers *offers, const struct world_fd *fd)
{
	(void)offers;
	return !fd->reserved;
}

static bool fd_is_socket(const struct offers *offers, const struct world_fd *fd)
{
	(void)offers;
	return is_socket(fd);
}

static bool fd_listens(const struct offers *offers, const struct world_fd *fd)
{
	return is_socket(fd) && string_is(state_of(offers, fd), "LISTEN");
}

static bool fd_is_connected(const struct offers *offers, const struct world_fd *fd)
{
	const char *state = state_of(offers, fd);

	if (!is_socket(fd) || string_is(state, "LISTEN") || string_is(state, "CLOSED") || string_is(state, "SYN_SENT"))
		return false;
	return rendering_is_bound(fd->row.peer) || string_is(state, "ESTAB") || fd->row.peer != NULL;
}

static bool fd_is_unconnected(const struct offers *offers, const struct world_fd *fd)
{
	return is_socket(fd) && !fd_listens(offers, fd) && !fd_is_connected(offers, fd) &&
	       !string_is(state_of(offers, fd), "SYN_SENT");
}

static bool fd_is_unbound(const struct offers *offers, const struct world_fd *fd)
{
	(void)offers;
	return is_socket(fd) && !rendering_is_bound(fd->row.local) && fd->row.peer == NULL;
}

static bool fd_can_listen(const struct offers *offers, const struct world_fd *fd)
{
	return fd_is_unconnected(offers, fd) && !is_datagram(fd);
}

static bool fd_takes_data(const struct offers *offers, const struct world_fd *fd)
{
	return is_datagram(fd) || fd_is_connected(offers, fd);
}

static bool fd_is_readable(const struct offers *offers, const struct world_fd *fd)
{
	return !fd->reserved && (fd->row.proto == NULL || fd_takes_data(offers, fd));
}

static bool fd_sends(const struct offers *offers, const struct world_fd *fd)
{
	return fd_is_connected(offers, fd);
}

static bool fd_is_epoll(const struct offers *offers, const struct world_fd *fd)
{
	(void)offers;
	return fd->row.kind != NULL && string_is(fd->row.kind, "epoll");
}

static const struct {
	const char *call;
	offer_fits *first, *second;
} fitting[] = {
	{ "accept", fd_listens, NULL },		{ "accept4", fd_listens, NULL },
	{ "bind", fd_is_unbound, NULL },	{ "listen", fd_can_listen, NULL },
	{ "connect", fd_is_unconnected, NULL },	{ "shutdown", fd_is_connected, NULL },
	{ "send", fd_sends, NULL },		{ "recv", fd_takes_data, NULL },
	{ "sendto", fd_takes_data, NULL },	{ "recvfrom", fd_takes_data, NULL },
	{ "sendmsg", fd_takes_data, NULL },	{ "recvmsg", fd_takes_data, NULL },
	{ "read", fd_is_readable, NULL },	{ "write", fd_is_readable, NULL },
	{ "readv", fd_is_readable, NULL },	{ "writev", fd_is_readable, NULL },
	{ "getsockname", fd_is_socket, NULL },	{ "getpeername", fd_is_connected, NULL },
	{ "getsockopt", fd_is_socket, NULL },	{ "setsockopt", fd_is_socket, NULL },
	{ "epoll_ctl", fd_is_epoll, fd_is_any },	{ "epoll_wait", fd_is_epoll, NULL },
	{ "sendfile", fd_is_connected, fd_is_any },
};

offer_fits *offer_fits_of(const char *call, bool second)
{
	for (size_t i = 0; i < COUNT_OF(fitting); i++)
		if (string_is(fitting[i].call, call))
			return second && fitting[i].second != NULL ? fitting[i].second : fitting[i].first;
	return fd_is_any;
}

static char *describe(const struct offers *offers, const struct world_fd *fd)
{
	const struct event_fd *row = &fd->row;
	const char *peer = rendering_address(row->peer), *state = state_of(offers, fd);
	struct text text;

	text_init(&text);
	text_add(&text, row->kind == NULL ? "?" : row->kind);
	if (row->proto != NULL)
		text_addf(&text, " %s%s%s%s%s", rendering_address(row->local), *peer == '\0' ? "" : " to ", peer,
			  *state == '\0' ? "" : " ", state);
	return text.data;
}

void offer_descriptors(struct offers *offers, offer_fits *fits, const char *before, const char *behind)
{
	for (size_t i = 0; offers->side != NULL && i < offers->side->fd_count; i++) {
		const struct world_fd *fd = &offers->side->fds[i];
		const char *name = inquiry_name(&offers->inquiry, offers->side->name, fd->number);
		char *text, *help;

		if (!fits(offers, fd))
			continue;
		help = describe(offers, fd);
		text = text_format("%s%d%s", before, fd->number, behind);
		offer(offers, text, help);
		free(text);
		text = text_format("%s%s%s", before, name == NULL ? "" : name, behind);
		if (name != NULL)
			offer(offers, text, help);
		free(text);
		free(help);
	}
}

/* ---- addresses ---- */

static bool can_be_reached(const struct event_fd *row, const struct world_socket *socket)
{
	bool tcp = string_is(socket->proto, "tcp");

	if (rendering_is_bound(socket->peer) || (tcp && (socket->state == NULL || !string_is(socket->state, "LISTEN"))))
		return false;
	return row == NULL || (rendering_same_kind(socket, row) && socket->cookie != row->cookie);
}

void offer_targets(struct offers *offers, const struct event_fd *row)
{
	const struct world *world = offers->inquiry.world;
	bool has_hosts = row == NULL || (row->family != AF_UNIX);

	for (size_t i = 0; i < world->socket_count; i++) {
		struct text address;

		text_init(&address);
		if (can_be_reached(row, world->sockets[i]) && suggest_address(&address, world, world->sockets[i]))
			offer(offers, address.data,
			      string_is(world->sockets[i]->proto, "tcp") ? "listens" : "is bound");
		text_release(&address);
	}
	if (has_hosts && strchr(offers->word, ':') == NULL) {
		offer_sides(offers, ":");
		offer_hosts(offers, ":");
	}
	if (has_hosts)
		offer(offers, "AF_UNSPEC", "dissolve the connection of a UDP socket");
}

void offer_local_addresses(struct offers *offers, const struct event_fd *row)
{
	if (row != NULL && row->family == AF_UNIX) {
		offer(offers, "unix:@name", "an abstract name, gone with the socket");
		offer(offers, "unix:/tmp/name", "a file, which stays");
		return;
	}
	if (row != NULL && row->family == AF_INET6) {
		offer(offers, "[::]:8080", "port 8080 of any address of this host, IPv4 too");
		offer(offers, "[::1]:8080", "reached from this host alone");
		offer(offers, "[::]:0", "a port that the kernel chooses");
		return;
	}
	offer(offers, "*:8080", "port 8080 of any address of this host");
	offer(offers, "127.0.0.1:8080", "reached from this host alone");
	offer(offers, "*:0", "a port that the kernel chooses");
}
