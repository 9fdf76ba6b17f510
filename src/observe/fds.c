#include "observe/fds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/mem.h"
#include "call/constants.h"

/* SO_BINDTOIFINDEX came with Linux 5.1, glibc's headers may be older. */
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

/* Major numbers of Documentation/admin-guide/devices.txt. */
enum {
	MAJOR_MEMORY = 1,
	MINOR_NULL = 3, /* of MAJOR_MEMORY */
	MAJOR_TTY = 4,
	MAJOR_TTY_ALTERNATE = 5,
	MAJOR_PTY = 136,
	MAJOR_PTY_LAST = 143,
};

void fd_table_init(struct fd_table *table)
{
	*table = (struct fd_table){ 0 };
}

void fd_table_release(struct fd_table *table)
{
	free(table->fds);
	fd_table_init(table);
}

const struct fd_facts *fd_table_find(const struct fd_table *table, int fd)
{
	for (size_t i = 0; i < table->count; i++) {
		if (table->fds[i].fd == fd)
			return &table->fds[i];
	}
	return NULL;
}

/* Sockets */

static int option_int(int fd, int level, int name)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) == 0 ? value : 0;
}

static uint64_t option_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) == 0 ? cookie : 0;
}

/* The first byte of struct tcp_info is the state; nothing more is asked for. */
static int option_tcp_state(int fd)
{
	unsigned char state = 0;
	socklen_t len = sizeof(state);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &len) == 0 ? state : 0;
}

/* getsockname() or getpeername(). */
static struct address address_by(int (*ask)(int, struct sockaddr *, socklen_t *), int fd)
{
	struct address address = { .len = 0 };
	socklen_t len = sizeof(address.storage);

	if (ask(fd, &address.any, &len) != 0)
		return (struct address){ .len = 0 };
	address.len = len < sizeof(address.storage) ? len : (socklen_t)sizeof(address.storage);
	return address;
}

static enum fd_kind kind_of_datagram(int protocol)
{
	if (protocol == IPPROTO_UDP)
		return FD_UDP;
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? FD_ICMP : FD_SOCKET;
}

static enum fd_kind kind_of_inet(int type, int protocol)
{
	if (type == SOCK_STREAM)
		return protocol == IPPROTO_TCP ? FD_TCP : FD_SOCKET;
	if (type == SOCK_DGRAM)
		return kind_of_datagram(protocol);
	return type == SOCK_RAW ? FD_RAW : FD_SOCKET;
}

static enum fd_kind kind_of_unix(int type)
{
	if (type == SOCK_DGRAM)
		return FD_UNIX_DGRAM;
	return type == SOCK_SEQPACKET ? FD_UNIX_SEQPACKET : FD_UNIX;
}

static enum fd_kind kind_of_socket(int family, int type, int protocol)
{
	switch (family) {
	case AF_INET:
	case AF_INET6:
		return kind_of_inet(type, protocol);
	case AF_UNIX:
		return kind_of_unix(type);
	case AF_NETLINK:
		return FD_NETLINK;
	case AF_PACKET:
		return FD_PACKET;
	default:
		return FD_SOCKET;
	}
}

static void look_at_socket(struct fd_facts *facts)
{
	facts->is_socket = true;
	facts->family = option_int(facts->fd, SOL_SOCKET, SO_DOMAIN);
	facts->type = option_int(facts->fd, SOL_SOCKET, SO_TYPE);
	facts->protocol = option_int(facts->fd, SOL_SOCKET, SO_PROTOCOL);
	facts->cookie = option_cookie(facts->fd);
	facts->kind = kind_of_socket(facts->family, facts->type, facts->protocol);
	facts->listening = option_int(facts->fd, SOL_SOCKET, SO_ACCEPTCONN) != 0;
	facts->local = address_by(getsockname, facts->fd);
	facts->peer = address_by(getpeername, facts->fd);
	if (facts->family == AF_INET || facts->family == AF_INET6)
		facts->interface = (unsigned)option_int(facts->fd, SOL_SOCKET, SO_BINDTOIFINDEX);
	if (facts->kind == FD_TCP)
		facts->tcp_state = option_tcp_state(facts->fd);
}

/* Other things */

static enum fd_kind kind_of_device(dev_t device)
{
	unsigned number = major(device);

	if (number == MAJOR_MEMORY && minor(device) == MINOR_NULL)
		return FD_NULL;
	if (number == MAJOR_TTY || number == MAJOR_TTY_ALTERNATE || (number >= MAJOR_PTY && number <= MAJOR_PTY_LAST))
		return FD_TTY;
	return FD_DEVICE;
}

static enum fd_kind kind_of_file(int fd)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return FD_OTHER;
	switch (status.st_mode & S_IFMT) {
	case S_IFREG:
		return FD_FILE;
	case S_IFDIR:
		return FD_DIRECTORY;
	case S_IFIFO:
		return FD_FIFO;
	case S_IFCHR:
		return kind_of_device(status.st_rdev);
	case S_IFBLK:
		return FD_DEVICE;
	default:
		return FD_OTHER;
	}
}

/* What a link of /proc/self/fd that names no file begins with (proc(5)). */
struct link_beginning {
	const char *beginning;
	enum fd_kind kind;
};

static const struct link_beginning link_beginnings[] = {
	{ "socket:[", FD_SOCKET },
	{ "pipe:[", FD_PIPE },
	{ "anon_inode:[eventpoll]", FD_EPOLL },
	{ "anon_inode:[eventfd", FD_EVENT },
	{ "anon_inode:[signalfd", FD_SIGNAL },
	{ "anon_inode:[timerfd", FD_TIMER },
};

static enum fd_kind kind_of_link(const char *target, int fd)
{
	for (size_t i = 0; i < COUNT_OF(link_beginnings); i++) {
		if (string_starts_with(target, link_beginnings[i].beginning))
			return link_beginnings[i].kind;
	}
	return kind_of_file(fd);
}

static uint64_t inode_in_link(const char *target)
{
	return strtoull(strchr(target, '[') + 1, NULL, 10);
}

static bool read_link(int directory, struct fd_facts *facts)
{
	char name[16];
	ssize_t len;

	snprintf(name, sizeof(name), "%d", facts->fd);
	len = readlinkat(directory, name, facts->target, sizeof(facts->target) - 1);
	if (len < 0)
		return false;
	facts->target[len] = '\0';
	return true;
}

bool fds_look(int directory, int fd, struct fd_facts *facts)
{
	int status = fcntl(fd, F_GETFL);
	int flags = fcntl(fd, F_GETFD);

	*facts = (struct fd_facts){ .fd = fd };
	if (status < 0 || flags < 0 || !read_link(directory, facts))
		return false;
	facts->nonblocking = (status & O_NONBLOCK) != 0;
	facts->access = status & O_ACCMODE;
	facts->close_on_exec = (flags & FD_CLOEXEC) != 0;
	facts->kind = kind_of_link(facts->target, fd);
	if (facts->kind == FD_SOCKET || facts->kind == FD_PIPE)
		facts->inode = inode_in_link(facts->target);
	if (facts->kind == FD_SOCKET)
		look_at_socket(facts);
	return true;
}

/* The scan */

int fds_open(void)
{
	return open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void table_add(struct fd_table *table, int directory, int fd)
{
	table->fds = array_grow(table->fds, table->count, &table->room, sizeof(*table->fds));
	if (fds_look(directory, fd, &table->fds[table->count]))
		table->count++;
}

/* The kernel lists them by rising number (proc_readfd_common in fs/proc/fd.c); "." and ".." come first. */
static void scan_entries(const char *entries, size_t len, int directory, int below, struct fd_table *table)
{
	const struct dirent64 *entry;

	for (size_t offset = 0; offset < len; offset += entry->d_reclen) {
		char *end;
		long fd;

		entry = (const void *)(entries + offset);
		fd = strtol(entry->d_name, &end, 10);
		if (end != entry->d_name && *end == '\0' && fd < below && fd != directory)
			table_add(table, directory, (int)fd);
	}
}

bool fds_scan(int directory, int below, struct fd_table *table)
{
	_Alignas(struct dirent64) char entries[4096];
	ssize_t len;

	table->count = 0;
	if (lseek(directory, 0, SEEK_SET) < 0)
		return false;
	/* The system call itself: opendir() would take a descriptor, readdir() allocate. */
	while ((len = getdents64(directory, entries, sizeof(entries))) > 0)
		scan_entries(entries, (size_t)len, directory, below, table);
	if (len < 0)
		table->count = 0;
	return len == 0;
}

/* Comparing */

bool fd_facts_same_object(const struct fd_facts *a, const struct fd_facts *b)
{
	if (a->kind != b->kind || a->inode != b->inode || a->cookie != b->cookie)
		return false;
	return a->is_socket || a->kind == FD_PIPE || strcmp(a->target, b->target) == 0;
}

static bool same_address(const struct address *a, const struct address *b)
{
	return a->len == b->len && memcmp(&a->storage, &b->storage, a->len) == 0;
}

bool fd_facts_equal(const struct fd_facts *a, const struct fd_facts *b)
{
	return a->fd == b->fd && fd_facts_same_object(a, b) && a->nonblocking == b->nonblocking &&
	       a->close_on_exec == b->close_on_exec && a->listening == b->listening && a->tcp_state == b->tcp_state &&
	       a->interface == b->interface && same_address(&a->local, &b->local) && same_address(&a->peer, &b->peer);
}

static void tell_opened(const struct fd_table_changes *changes, const struct fd_facts *now)
{
	if (changes->opened != NULL)
		changes->opened(changes->context, now);
}

static void tell_closed(const struct fd_table_changes *changes, const struct fd_facts *before)
{
	if (changes->closed != NULL)
		changes->closed(changes->context, before);
}

static void compare_one(const struct fd_facts *before, const struct fd_facts *now,
			const struct fd_table_changes *changes)
{
	if (fd_facts_equal(before, now))
		return;
	if (!fd_facts_same_object(before, now)) {
		tell_closed(changes, before);
		tell_opened(changes, now);
	} else if (changes->changed != NULL) {
		changes->changed(changes->context, before, now);
	}
}

void fd_table_diff(const struct fd_table *before, const struct fd_table *now, const struct fd_table_changes *changes)
{
	size_t i = 0, j = 0;

	while (i < before->count || j < now->count) {
		if (j == now->count || (i < before->count && before->fds[i].fd < now->fds[j].fd))
			tell_closed(changes, &before->fds[i++]);
		else if (i == before->count || now->fds[j].fd < before->fds[i].fd)
			tell_opened(changes, &now->fds[j++]);
		else
			compare_one(&before->fds[i++], &now->fds[j++], changes);
	}
}

bool fd_facts_key(const struct fd_facts *facts, struct diag_key *key)
{
	*key = (struct diag_key){
		.local = facts->local,
		.peer = facts->peer,
		.cookie = facts->cookie,
		.inode = (uint32_t)facts->inode,
		.interface = facts->interface,
		.peer_unknown = facts->tcp_state == STATE_SYN_SENT && facts->peer.len == 0,
		.bound = facts->tcp_state == STATE_CLOSED,
	};
	switch (facts->family) {
	case AF_UNIX:
		return true;
	case AF_INET:
	case AF_INET6:
		break;
	default:
		return false;
	}
	key->protocol = facts->kind == FD_RAW ? IPPROTO_RAW : facts->protocol;
	key->raw_protocol = facts->kind == FD_RAW ? facts->protocol : 0;
	return facts->kind == FD_TCP || facts->kind == FD_UDP || facts->kind == FD_RAW;
}

static const char *const kind_names[FD_KIND_COUNT] = {
	[FD_TCP] = "tcp",
	[FD_UDP] = "udp",
	[FD_RAW] = "raw",
	[FD_ICMP] = "icmp",
	[FD_UNIX] = "unix",
	[FD_UNIX_DGRAM] = "unix-dgram",
	[FD_UNIX_SEQPACKET] = "unix-seqpacket",
	[FD_NETLINK] = "netlink",
	[FD_PACKET] = "packet",
	[FD_SOCKET] = "socket",
	[FD_PIPE] = "pipe",
	[FD_FIFO] = "fifo",
	[FD_FILE] = "file",
	[FD_DIRECTORY] = "directory",
	[FD_NULL] = "null",
	[FD_TTY] = "tty",
	[FD_DEVICE] = "device",
	[FD_EPOLL] = "epoll",
	[FD_EVENT] = "event",
	[FD_SIGNAL] = "signal",
	[FD_TIMER] = "timer",
	[FD_OTHER] = "other",
};

const char *fd_kind_name(enum fd_kind kind)
{
	return kind_names[kind];
}
