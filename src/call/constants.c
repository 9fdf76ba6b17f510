#include "call/constants.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

#include "base/mem.h"
#include "call/word.h"

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
#define CONSTANT(group, name) { #name, (long long)(name), GROUP_##group },
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
	*count = COUNT_OF(constants);
	return constants;
}

/* The kernel's are below 4096 (include/linux/err.h, MAX_ERRNO), those that have a name far below. */
enum { ERRNO_NAMED_MAX = 200 };

/* Those that are not in the table, but that the C library knows: what was printed is understood. */
static bool errno_by_name(const char *name, long long *value)
{
	for (int number = 1; number <= ERRNO_NAMED_MAX; number++) {
		const char *known = strerrorname_np(number);

		if (known != NULL && string_is(known, name)) {
			*value = number;
			return true;
		}
	}
	return false;
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
	return group == GROUP_ERRNO && errno_by_name(name, value);
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
	for (size_t i = 0; i < COUNT_OF(joined_groups); i++)
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

	for (size_t i = 0; i < COUNT_OF(bits); i++)
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
		print_bits(out, start, group, (long long)(unsigned)flags);
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
	return *end == '\0' && errno == 0 && *number >= INT_MIN && *number <= UINT_MAX;
}

/* RFC 9293 writes SYN-RECEIVED where netstat writes SYN_RECV. A number's sign stays. */
static void hyphens_to_underscores(char *name)
{
	for (name += *name == '-'; *name != '\0'; name++)
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

/* Does `group` stand in an argument of the group `asked`? */
static bool belongs_to(enum constant_group group, enum constant_group asked)
{
	const struct joined *joined = joined_of(asked);

	return group == asked || (joined != NULL && group == joined->flags);
}

static void say_unknown(struct text *message, enum constant_group group, const char *name)
{
	struct nearest nearest = nearest_to(name);

	if (*name == '\0') {
		text_add(message, "a name is missing beside |");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(constants); i++)
		if (belongs_to(constants[i].group, group))
			nearest_try(&nearest, constants[i].name);
	word_show(message, name);
	text_add(message, " is not known here");
	if (nearest.name != NULL) {
		nearest_suggest(message, &nearest);
		return;
	}
	text_add(message, "; write ");
	constant_list(message, group, 4);
}

/* One value of those that exclude each other, then flags: SOCK_STREAM|SOCK_NONBLOCK, but not AF_INET|AF_INET6. */
static bool may_join(enum constant_group group, long long so_far, long long value)
{
	const struct joined *joined = joined_of(group);

	if (joined == NULL)
		return group_is_bits(group);
	return (so_far & joined->mask) == 0 || (value & joined->mask) == 0;
}

/* The kernel takes an int: -1 and 0xffffffff are the same flags, and are one number here. */
static long long as_kernel_takes_it(enum constant_group group, long long value)
{
	bool bits = group_is_bits(group) || joined_of(group) != NULL || group == GROUP_IOCTL;

	return bits ? (long long)(unsigned)value : (long long)(int)(unsigned)value;
}

static bool read_parts(enum constant_group group, char *part, long long *flags, struct text *message)
{
	for (bool first = true; part != NULL; first = false) {
		char *bar = strchr(part, '|'), *name = trim(part, bar == NULL ? strlen(part) : (size_t)(bar - part));
		long long value;

		if (!read_flag(group, name, &value)) {
			say_unknown(message, group, name);
			return false;
		}
		if (!first && !may_join(group, *flags, value)) {
			text_add(message, "only one of these may stand here, without |");
			return false;
		}
		*flags |= value;
		part = bar == NULL ? NULL : bar + 1;
	}
	return true;
}

bool constant_read_flags(enum constant_group group, const char *string, long long *flags, struct text *message)
{
	char *copy = xstrdup(string);
	bool ok;

	*flags = 0;
	ok = read_parts(group, copy, flags, message);
	*flags = as_kernel_takes_it(group, *flags);
	free(copy);
	return ok;
}

/* A second name of a value is not listed. */
static bool is_listed(const struct constant *constant, enum constant_group group)
{
	return belongs_to(constant->group, group) &&
	       string_is(constant_name(constant->group, constant->value), constant->name);
}

void constant_list(struct text *out, enum constant_group group, size_t most)
{
	size_t listed = 0, all = 0;

	for (size_t i = 0; i < COUNT_OF(constants); i++)
		all += is_listed(&constants[i], group);
	for (size_t i = 0; i < COUNT_OF(constants) && listed < most; i++) {
		if (!is_listed(&constants[i], group))
			continue;
		listed++;
		if (listed > 1)
			text_add(out, listed == all ? " or " : ", ");
		text_add(out, constants[i].name);
	}
	text_add(out, listed < all ? ", ..." : "");
}

const struct option_spec *options_all(size_t *count)
{
	*count = COUNT_OF(options);
	return options;
}

bool constant_is_known(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (string_is(options[i].name, name))
			return true;
	return constant_find(name) != NULL;
}

const struct option_spec *option_find(int level, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (options[i].level == level && string_is(options[i].name, name))
			return &options[i];
	return NULL;
}

const struct option_spec *option_by_number(int level, int number)
{
	for (size_t i = 0; i < COUNT_OF(options); i++)
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
