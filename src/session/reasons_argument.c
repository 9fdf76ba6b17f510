#include <netinet/in.h>
#include <string.h>

#include "call/constants.h"
#include "session/reasons.h"
#include "session/rendering.h"

/* The largest UDP payload over IPv4: 65535 less the IP and UDP headers (RFC 768, RFC 791); over IPv6 less UDP's only.
 */
enum { UDP_MOST = 65507, UDP6_MOST = 65527 };

static long long fd_of(const struct question *question)
{
	return question->fd == EVENT_NO_INT ? -1 : (long long)question->fd;
}

/* What the descriptor leads to, "a tcp socket", "a pipe". */
static void add_kind(struct text *out, const struct question *question)
{
	if (question->row == NULL || question->row->row.kind == NULL)
		text_add(out, "something that is not known");
	else if (question->row->row.proto != NULL)
		text_addf(out, "a %s socket", question->row->row.proto);
	else if (string_is(question->row->row.kind, "null"))
		text_add(out, "/dev/null");
	else
		text_addf(out, "a %s", question->row->row.kind);
}

/* ---- descriptors ---- */

static void tell_bad_descriptor(struct question *question)
{
	const struct world_side *side = question->side;
	struct text open;

	text_init(&open);
	for (size_t i = 0; i < side->fd_count; i++)
		if (!side->fds[i].reserved)
			text_addf(&open, "%s%d", open.len > 0 ? ", " : "", side->fds[i].number);
	if (question->row != NULL && question->row->reserved)
		question_say(question, "%s %lld is reserved by a call that sleeps: nothing can be done with it before "
			     "that returns.", side->name, fd_of(question));
	else if (question->row != NULL)
		question_say(question, "%s %lld is open, but not for this: it may be open for reading only, or for "
			     "writing only.", side->name, fd_of(question));
	else
		question_say(question, "%s has no open descriptor %lld.", side->name, fd_of(question));
	question_say(question, "Open are: %s.", open.len == 0 ? "none" : open.data);
	text_release(&open);
}

static void tell_no_socket(struct question *question)
{
	struct text kind;

	text_init(&kind);
	add_kind(&kind, question);
	question_say(question, "%s %lld leads to %s; this call is for sockets.", question->side->name, fd_of(question),
		     kind.data);
	text_release(&kind);
}

static void tell_table_full(struct question *question)
{
	question_say(question, "The descriptor table of %s is full: %zu are open, as many as RLIMIT_NOFILE allows. "
		     "close() gives one back.", question->side->name, question->side->fd_count);
}

static void tell_files_used_up(struct question *question)
{
	long most;

	if (inquiry_setting(question->inquiry, question->host, "fs/file-max", &most))
		question_say(question, "The whole system has no more open files to give (fs.file-max, %ld).", most);
	else
		question_say(question, "The whole system has no more open files to give (fs.file-max, not known).");
}

/* ---- what the call can do with it ---- */

static void tell_not_supported(struct question *question)
{
	struct text kind;

	text_init(&kind);
	add_kind(&kind, question);
	question_say(question, "%s %lld is %s, which has no %s().", question->side->name, fd_of(question), kind.data,
		     question->call);
	if (question_is(question, "udp") || question_is(question, "unix-dgram"))
		question_say(question, "Datagrams have no connections to wait for: recvfrom() takes them as they "
				       "come.");
	else if (string_is(question_state(question), "LISTEN"))
		question_say(question, "It listens; data goes over the descriptors that accept() gives.");
	text_release(&kind);
}

static void add_argument(struct text *out, const struct question *question, enum constant_group group, const char *what)
{
	long long value = question_constant(question, group, -1);

	if (value < 0)
		return;
	text_addf(out, "%s%s ", out->len > 0 ? ", " : "", what);
	constant_print_flags(out, group, value);
}

static void say_combination(struct question *question, const char *wrong)
{
	struct text asked;

	text_init(&asked);
	add_argument(&asked, question, GROUP_FAMILY, "family");
	add_argument(&asked, question, GROUP_TYPE, "type");
	add_argument(&asked, question, GROUP_PROTOCOL, "protocol");
	question_say(question, "%s: %s.", wrong, asked.len == 0 ? "what was asked for is not known" : asked.data);
	question_say(question, "SOCK_STREAM goes with TCP (protocol 0 or IPPROTO_TCP), SOCK_DGRAM with UDP (0 or "
		     "IPPROTO_UDP).");
	text_release(&asked);
}

static void tell_protocol(struct question *question)
{
	say_combination(question, "This kernel has no such protocol for that family and type");
}

static void tell_type(struct question *question)
{
	say_combination(question, "The family has no such type of socket");
}

static void tell_prototype(struct question *question)
{
	struct address target;

	if (string_is(question->call, "connect") && question_target(question, &target))
		question_say(question, "The socket there is of another type: a stream connects to a stream, datagrams "
			     "go to datagrams.");
	else
		say_combination(question, "Type and protocol do not go together");
}

static void tell_option(struct question *question)
{
	const struct value *level = question_argument(question, ARG_LEVEL),
			   *option = question_argument(question, ARG_OPTION);
	const struct option_spec *spec = level == NULL || option == NULL ? NULL :
					 option_by_number((int)level->number, (int)option->number);
	struct text kind;

	text_init(&kind);
	add_kind(&kind, question);
	if (spec != NULL)
		question_say(question, "%s %lld is %s, to which %s of %s does not apply, or this kernel has not got "
			     "it, or it can only be read.", question->side->name, fd_of(question), kind.data,
			     spec->name, spec->level_name);
	else
		question_say(question, "%s %lld is %s, which has no such option at that level.", question->side->name,
			     fd_of(question), kind.data);
	text_release(&kind);
}

/* ---- sizes ---- */

static void tell_too_long(struct question *question)
{
	const struct value *data = question_argument(question, ARG_DATA);
	bool six = question->row != NULL && question->row->row.family == AF_INET6;

	if (!question_is(question, "udp")) {
		question_say(question, "The message is too long to go in one piece; a datagram is never split.");
		return;
	}
	if (data != NULL)
		question_say(question, "%zu bytes are too many for one datagram.", data->len);
	question_say(question, "UDP over %s takes at most %d bytes, less where the path's MTU may not be exceeded "
		     "(IP_MTU_DISCOVER). A datagram goes as one or not at all.", six ? "IPv6" : "IPv4",
		     six ? UDP6_MOST : UDP_MOST);
}

static void tell_no_buffers(struct question *question)
{
	question_say(question, "The kernel has no memory for it, or the interface's queue is full. Later it may work.");
}

/* ---- waiting ---- */

static bool takes_connections(const struct question *question)
{
	return string_is(question->call, "accept") || string_is(question->call, "accept4");
}

static bool sends(const char *call)
{
	static const char *const names[] = { "send", "sendto", "sendmsg", "write", "writev", "sendfile" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (string_is(names[i], call))
			return true;
	return false;
}

static const char *what_was_missing(const struct question *question)
{
	if (takes_connections(question))
		return "no connection waits in the accept queue";
	if (sends(question->call))
		return "the send queue has no room";
	if (string_is(question->call, "connect"))
		return question_is(question, "unix") ? "the listener's queue is full" : "no local port is free";
	return "nothing has come that could be received";
}

static void tell_again(struct question *question)
{
	long long flags = question_constant(question, GROUP_MSG, 0);
	const char *option = sends(question->call) ? "SO_SNDTIMEO" : "SO_RCVTIMEO";

	question_say(question, "The call would have to wait: %s.", what_was_missing(question));
	if (question->row == NULL)
		question_say(question, "Why it may not wait is not known: %s %lld is not open any more.",
			     question->side->name, fd_of(question));
	else if (question->row->row.nonblock)
		question_say(question, "%s %lld is non-blocking (O_NONBLOCK), so it does not wait: `poll [%lld %s] "
			     "1000` does.", question->side->name, fd_of(question), fd_of(question),
			     sends(question->call) ? "POLLOUT" : "POLLIN");
	else if ((flags & MSG_DONTWAIT) != 0)
		question_say(question, "MSG_DONTWAIT was given, so this one call does not wait.");
	else if (!string_is(question->call, "connect"))
		question_say(question, "%s %lld is blocking, so it waited until %s had passed, which must be set on "
			     "it.", question->side->name, fd_of(question), option);
}

static void tell_interrupted(struct question *question)
{
	size_t count = question->side->signal_count;

	question_say(question, "A signal came while the call waited%s%s. Its handler was installed without "
		     "SA_RESTART, so the call ends with EINTR; a program calls again.", count > 0 ? ", last was " : "",
		     count > 0 ? question->side->signals[count - 1] : "");
	if (string_is(question->call, "connect"))
		question_say(question, "The handshake goes on all the same: poll for its end, do not connect() again "
			     "(EALREADY).");
}

/* ---- others ---- */

static void tell_socket_invalid(struct question *question)
{
	say_combination(question, "That is no type of socket, or a protocol that does not go with it");
}

static void tell_invalid(struct question *question)
{
	if (question->fd == EVENT_NO_INT) {
		question_say(question, "The kernel finds that the arguments of %s() do not go together.",
			     question->call);
		return;
	}
	question_say(question, "The kernel finds that the arguments do not go together, or not with the state of %s "
		     "%lld%s%s.", question->side->name, fd_of(question), *question_state(question) == '\0' ? "" : ", ",
		     question_state(question));
}

static void tell_no_child(struct question *question)
{
	question_say(question, "%s has no such child that could be waited for: fork() makes one, and it can be waited "
		     "for once.", question->side->name);
}

static void tell_no_process(struct question *question)
{
	question_say(question, "There is no process with that number, as this side counts them.");
}

static void tell_no_file(struct question *question)
{
	struct address target;

	if (question_target(question, &target) && target.any.sa_family == AF_UNIX)
		question_say(question, "No file has that name: nobody has bound a UNIX socket there, or it was "
			     "removed.");
	else
		question_say(question, "There is no file of that name, or no such entry (epoll_ctl: it was not "
				       "added).");
}

static void tell_exists(struct question *question)
{
	question_say(question, "It is there already: a file of that name, or a descriptor that was added before.");
}

static void tell_no_device(struct question *question)
{
	question_say(question, "%s has no such interface.", question->host);
}

static void tell_no_name(struct question *question)
{
	question_say(question, "No address is known for that name or service: not in /etc/hosts or /etc/services, nor "
		     "did a name server know it.");
}

static void tell_try_again(struct question *question)
{
	question_say(question, "No name server answered (/etc/resolv.conf); later it may.");
}

/* ---- epoll_ctl(2) ---- */

/* The two descriptors of epoll_ctl(); -1 where they are not known. */
static long long watched_descriptor(const struct question *question)
{
	return question->parsed.spec == NULL ? -1 : question->parsed.args[2].number;
}

static void tell_epoll_invalid(struct question *question)
{
	if (question->row != NULL && question->row->row.kind != NULL && !string_is(question->row->row.kind, "epoll"))
		question_say(question, "%s %lld is no epoll instance, but %s: epoll_create1() makes one.",
			     question->side->name, (long long)question->fd, question->row->row.kind);
	else if (watched_descriptor(question) == question->fd)
		question_say(question, "An epoll instance cannot watch itself.");
	else
		question_say(question, "%s %lld cannot do that: the operation, or flags that exclude each other "
			     "(EPOLLEXCLUSIVE).", question->side->name, (long long)question->fd);
}

static void tell_epoll_forbidden(struct question *question)
{
	long long fd = watched_descriptor(question);
	const struct world_fd *row = fd < 0 ? NULL : world_fd(question->side, (int)fd);

	question_say(question, "%s %lld%s%s is always ready: epoll watches what one can wait for (sockets, pipes, "
		     "terminals), not regular files, directories or /dev/null.", question->side->name, fd,
		     row == NULL || row->row.path == NULL ? "" : ", ",
		     row == NULL || row->row.path == NULL ? "" : row->row.path);
}

const struct reason reasons_of_arguments[] = {
	{ "EBADF", NULL, tell_bad_descriptor },
	{ "ENOTSOCK", NULL, tell_no_socket },
	{ "EMFILE", NULL, tell_table_full },
	{ "ENFILE", NULL, tell_files_used_up },
	{ "EOPNOTSUPP", NULL, tell_not_supported },
	{ "EPROTONOSUPPORT", NULL, tell_protocol },
	{ "ESOCKTNOSUPPORT", NULL, tell_type },
	{ "EPROTOTYPE", NULL, tell_prototype },
	{ "ENOPROTOOPT", NULL, tell_option },
	{ "EMSGSIZE", NULL, tell_too_long },
	{ "ENOBUFS", NULL, tell_no_buffers },
	{ "ENOMEM", NULL, tell_no_buffers },
	{ "EAGAIN", NULL, tell_again },
	{ "EINTR", NULL, tell_interrupted },
	{ "EINVAL", "socket", tell_socket_invalid },
	{ "EINVAL", "socketpair", tell_socket_invalid },
	{ "EINVAL", "epoll_ctl", tell_epoll_invalid },
	{ "EINVAL", NULL, tell_invalid },
	{ "EPERM", "epoll_ctl", tell_epoll_forbidden },
	{ "ECHILD", NULL, tell_no_child },
	{ "ESRCH", NULL, tell_no_process },
	{ "ENOENT", NULL, tell_no_file },
	{ "EEXIST", NULL, tell_exists },
	{ "ENODEV", NULL, tell_no_device },
	{ "EAI_NONAME", NULL, tell_no_name },
	{ "EAI_SERVICE", NULL, tell_no_name },
	{ "EAI_NODATA", NULL, tell_no_name },
	{ "EAI_AGAIN", NULL, tell_try_again },
	{ 0 },
};
