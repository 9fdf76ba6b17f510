#include "call/constants.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/icmp.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* Newer than some C libraries; the numbers are the kernel's interface and do not change. */
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef TIOCINQ
#define TIOCINQ FIONREAD
#endif

static const struct constant constants[] = {
#define CONSTANT(group, name) { #name, (long long)(unsigned)(name), GROUP_##group },
#define CONSTANT_AS(group, name, value) { #name, value, GROUP_##group },
#include "call/constants.def"
#undef CONSTANT
#undef CONSTANT_AS
};

static const struct option_spec options[] = {
#define OPTION(level, name, type, help) { #level, level, #name, name, OPTION_##type, help },
#include "call/options.def"
#undef OPTION
};

const struct constant *constants_all(size_t *count)
{
	*count = sizeof(constants) / sizeof(constants[0]);
	return constants;
}

bool constant_value(enum constant_group group, const char *name, long long *value)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].group == group && string_is(all[i].name, name)) {
			*value = all[i].value;
			return true;
		}
	return false;
}

const struct constant *constant_find(const char *name)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	for (size_t i = 0; i < count; i++)
		if (string_is(all[i].name, name))
			return &all[i];
	return NULL;
}

const char *constant_name(enum constant_group group, long long value)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].group == group && all[i].value == value)
			return all[i].name;
	return group == GROUP_ERRNO ? strerrorname_np((int)value) : NULL;
}

void constant_print(struct text *out, enum constant_group group, long long value)
{
	const char *name = constant_name(group, value);

	if (name != NULL)
		text_add(out, name);
	else
		text_addf(out, "%lld", value);
}

/* A group of single values may have a group of flags joined to it, within the same argument. */
struct joined {
	enum constant_group group;
	enum constant_group flags;
	long long mask; /* of the single value */
};

static const struct joined joined_groups[] = {
	{ GROUP_TYPE, GROUP_SOCKET_FLAG, 0xf }, /* SOCK_TYPE_MASK of include/linux/net.h */
	{ GROUP_ACCESS, GROUP_OPEN, O_ACCMODE },
};

static const struct joined *joined_of(enum constant_group group)
{
	for (size_t i = 0; i < sizeof(joined_groups) / sizeof(joined_groups[0]); i++)
		if (joined_groups[i].group == group)
			return &joined_groups[i];
	return NULL;
}

static void add_flag(struct text *out, size_t start, const char *name)
{
	text_add(out, out->len > start ? "|" : "");
	text_add(out, name);
}

static void print_bits(struct text *out, size_t start, enum constant_group group, long long flags)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	for (size_t i = 0; i < count && flags != 0; i++) {
		if (all[i].group != group || all[i].value == 0 || (flags & all[i].value) != all[i].value)
			continue;
		add_flag(out, start, all[i].name);
		flags &= ~all[i].value;
	}
	if (flags != 0)
		text_addf(out, out->len > start ? "|0x%llx" : "0x%llx", (unsigned long long)flags);
	else if (out->len == start)
		text_add(out, "0");
}

/* The groups whose values are bits that may be joined; the others hold single values. */
static bool group_is_bits(enum constant_group group)
{
	static const enum constant_group bits[] = {
		GROUP_SOCKET_FLAG, GROUP_MSG, GROUP_POLL, GROUP_EPOLL_CREATE, GROUP_EPOLL, GROUP_FD_FLAG,
		GROUP_OPEN, GROUP_SPLICE, GROUP_WAIT, GROUP_AI, GROUP_NI,
	};

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (bits[i] == group)
			return true;
	return false;
}

/* Protocol 0 lets the kernel choose: it is not IPPROTO_IP that was meant. */
static void print_single(struct text *out, enum constant_group group, long long value)
{
	if (group == GROUP_PROTOCOL && value == 0)
		text_add(out, "0");
	else
		constant_print(out, group, value);
}

void constant_print_flags(struct text *out, enum constant_group group, long long flags)
{
	const struct joined *joined = joined_of(group);
	size_t start = out->len;

	if (joined == NULL && group_is_bits(group)) {
		print_bits(out, start, group, flags);
		return;
	}
	if (joined == NULL) {
		print_single(out, group, flags);
		return;
	}
	constant_print(out, group, flags & joined->mask);
	if ((flags & ~joined->mask) != 0)
		print_bits(out, start, joined->flags, flags & ~joined->mask);
}

static bool read_number(const char *string, long long *number)
{
	char *end;

	if (*string == '\0')
		return false;
	errno = 0;
	*number = strtoll(string, &end, 0);
	return *end == '\0' && errno == 0;
}

/* RFC 9293 writes SYN-RECEIVED where netstat writes SYN_RECV. */
static void hyphens_to_underscores(char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '-')
			*name = '_';
}

static bool read_flag(enum constant_group group, char *name, long long *value)
{
	const struct joined *joined = joined_of(group);

	if (group == GROUP_STATE)
		hyphens_to_underscores(name);
	return constant_value(group, name, value) ||
	       (joined != NULL && constant_value(joined->flags, name, value)) || read_number(name, value);
}

static char *trim(char *part, size_t len)
{
	while (len > 0 && (*part == ' ' || *part == '\t')) {
		part++;
		len--;
	}
	while (len > 0 && (part[len - 1] == ' ' || part[len - 1] == '\t'))
		len--;
	part[len] = '\0';
	return part;
}

bool constant_read_flags(enum constant_group group, const char *string, long long *flags, struct text *message)
{
	char *copy = strdup(string);
	bool ok = copy != NULL;

	*flags = 0;
	for (char *part = copy; ok && part != NULL;) {
		char *bar = strchr(part, '|');
		long long value;

		char *name = trim(part, bar == NULL ? strlen(part) : (size_t)(bar - part));
		ok = read_flag(group, name, &value);
		if (ok)
			*flags |= value;
		else
			text_addf(message, "%s is not known here", *name == '\0' ? "nothing between two |" : name);
		part = bar == NULL ? NULL : bar + 1;
	}
	free(copy);
	return ok;
}

const struct option_spec *options_all(size_t *count)
{
	*count = sizeof(options) / sizeof(options[0]);
	return options;
}

const struct option_spec *option_find(int level, const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].level == level && string_is(options[i].name, name))
			return &options[i];
	return NULL;
}

const struct option_spec *option_by_number(int level, int number)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].level == level && options[i].number == number)
			return &options[i];
	return NULL;
}

const char *port_class(unsigned port)
{
	if (port < 1024)
		return "well-known";
	return port < 49152 ? "registered" : "dynamic";
}
