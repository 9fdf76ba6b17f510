#include "call/option.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/mem.h"
#include "base/show.h"

/* Beyond so many seconds a double no longer has every microsecond. */
enum { REAL_MAX = 1000000000 };

static const char *const type_help[] = {
	[OPTION_INT] = "a number",
	[OPTION_BOOL] = "0 or 1",
	[OPTION_LINGER] = "{on, seconds} such as {1, 0}",
	[OPTION_TIMEVAL] = "seconds such as 1.5",
	[OPTION_IN_ADDR] = "an IPv4 address",
	[OPTION_MREQ] = "{group, interface's address} such as {224.0.0.5, 10.0.0.1}",
	[OPTION_MREQ6] = "{group, interface's index} such as {ff02::5, 2}",
	[OPTION_IFNAME] = "an interface's name",
	[OPTION_STRING] = "a word",
	[OPTION_FAMILY] = "an address family",
	[OPTION_TYPE] = "a socket type",
	[OPTION_PROTOCOL] = "a protocol",
	[OPTION_ERRNO] = "an error",
	[OPTION_COOKIE] = "a 64-bit number",
	[OPTION_UCRED] = "{pid, uid, gid}",
	[OPTION_TCP_INFO] = "what TCP knows",
	[OPTION_RAW] = "bytes such as hex:00ff",
};

const char *option_type_help(enum option_type type)
{
	return type_help[type];
}

static bool word_number(const struct syntax *syntax, long long *number)
{
	char *end;

	if (syntax->kind != SYNTAX_WORD || syntax->len == 0)
		return false;
	errno = 0;
	*number = strtoll(syntax->text, &end, 0);
	return *end == '\0' && errno == 0;
}

static bool word_real(const struct syntax *syntax, double *real)
{
	char *end;

	if (syntax->kind != SYNTAX_WORD || syntax->len == 0)
		return false;
	*real = strtod(syntax->text, &end);
	return *end == '\0' && isfinite(*real) && *real >= 0 && *real < REAL_MAX;
}

static bool read_int(struct value *value, const struct syntax *syntax, enum constant_group group)
{
	long long number;
	int kernel;

	if (!word_number(syntax, &number) &&
	    (syntax->kind != SYNTAX_WORD || !constant_value(group, syntax->text, &number)))
		return false;
	if (number < INT_MIN || number > UINT_MAX)
		return false;
	kernel = (int)number;
	value_set_bytes(value, &kernel, sizeof(kernel));
	return true;
}

static bool read_bool(struct value *value, const struct syntax *syntax)
{
	int kernel;

	if (syntax->kind == SYNTAX_WORD && (string_is(syntax->text, "on") || string_is(syntax->text, "off"))) {
		kernel = string_is(syntax->text, "on");
		value_set_bytes(value, &kernel, sizeof(kernel));
		return true;
	}
	return read_int(value, syntax, GROUP_NONE);
}

/* The element number `index` of {a, b}, which is one word; a key before it (l_onoff=1) is only decoration. */
static const struct syntax *list_word(const struct syntax *list, size_t index)
{
	const struct syntax *element;

	if (list->kind != SYNTAX_LIST || index >= list->list.count)
		return NULL;
	element = &list->list.items[index];
	return element->list.count == 1 ? &element->list.items[0] : NULL;
}

static bool word_int(const struct syntax *syntax, long long *number)
{
	return syntax != NULL && word_number(syntax, number) && *number >= INT_MIN && *number <= INT_MAX;
}

static bool read_linger(struct value *value, const struct syntax *syntax)
{
	const struct syntax *on = list_word(syntax, 0), *seconds = list_word(syntax, 1);
	struct linger linger;
	long long onoff, wait;

	if (syntax->kind != SYNTAX_LIST || syntax->list.count != 2 ||
	    !word_int(on, &onoff) || !word_int(seconds, &wait))
		return false;
	linger = (struct linger){ .l_onoff = (int)onoff, .l_linger = (int)wait };
	value_set_bytes(value, &linger, sizeof(linger));
	return true;
}

static bool read_timeval(struct value *value, const struct syntax *syntax)
{
	struct timeval timeval;
	long long microseconds;
	double seconds;

	if (!word_real(syntax, &seconds))
		return false;
	microseconds = (long long)(seconds * 1e6 + 0.5);
	timeval = (struct timeval){ .tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000 };
	value_set_bytes(value, &timeval, sizeof(timeval));
	return true;
}

static bool word_in_addr(const struct syntax *syntax, struct in_addr *addr)
{
	return syntax != NULL && syntax->kind == SYNTAX_WORD && inet_pton(AF_INET, syntax->text, addr) == 1;
}

static bool read_in_addr(struct value *value, const struct syntax *syntax)
{
	struct in_addr addr;

	if (!word_in_addr(syntax, &addr))
		return false;
	value_set_bytes(value, &addr, sizeof(addr));
	return true;
}

/* A group alone is joined on the interface that the kernel chooses (ip(7)). */
static bool read_mreq(struct value *value, const struct syntax *syntax)
{
	const struct syntax *group = syntax->kind == SYNTAX_LIST ? list_word(syntax, 0) : syntax;
	const struct syntax *interface = list_word(syntax, 1);
	bool surplus = syntax->kind == SYNTAX_LIST && syntax->list.count > 2;
	struct ip_mreq mreq = { .imr_interface.s_addr = htonl(INADDR_ANY) };

	if (surplus || !word_in_addr(group, &mreq.imr_multiaddr) ||
	    (interface != NULL && !word_in_addr(interface, &mreq.imr_interface)))
		return false;
	value_set_bytes(value, &mreq, sizeof(mreq));
	return true;
}

static bool read_mreq6(struct value *value, const struct syntax *syntax)
{
	const struct syntax *group = syntax->kind == SYNTAX_LIST ? list_word(syntax, 0) : syntax;
	const struct syntax *interface = list_word(syntax, 1);
	struct ipv6_mreq mreq = { 0 };
	long long index = 0;

	if (group == NULL || group->kind != SYNTAX_WORD ||
	    inet_pton(AF_INET6, group->text, &mreq.ipv6mr_multiaddr) != 1)
		return false;
	if ((syntax->kind == SYNTAX_LIST && syntax->list.count > 2) ||
	    (interface != NULL && (!word_number(interface, &index) || index < 0 || index > UINT_MAX)))
		return false;
	mreq.ipv6mr_interface = (unsigned)index;
	value_set_bytes(value, &mreq, sizeof(mreq));
	return true;
}

static bool read_string(struct value *value, const struct syntax *syntax, bool word)
{
	if (syntax->kind != SYNTAX_STRING && !(word && syntax->kind == SYNTAX_WORD))
		return false;
	value_set_bytes(value, syntax->text, syntax->len);
	return true;
}

/* A word of digits only: strtoull would take a sign as well. */
static bool read_cookie(struct value *value, const struct syntax *syntax)
{
	unsigned long long number;
	if (syntax->kind != SYNTAX_WORD || syntax->len == 0 || strspn(syntax->text, "0123456789") != syntax->len)
		return false;
	errno = 0;
	number = strtoull(syntax->text, NULL, 10);
	if (errno != 0)
		return false;
	value_set_bytes(value, &number, sizeof(number));
	return true;
}

/* {pid, uid, gid} */
static bool read_ucred(struct value *value, const struct syntax *syntax)
{
	long long numbers[3];
	int kernel[3];

	if (syntax->kind != SYNTAX_LIST || syntax->list.count != 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!word_int(list_word(syntax, i), &numbers[i]))
			return false;
		kernel[i] = (int)numbers[i];
	}
	value_set_bytes(value, kernel, sizeof(kernel));
	return true;
}

static bool read_typed(struct value *value, enum option_type type, const struct syntax *syntax)
{
	switch (type) {
	case OPTION_INT:
		return read_int(value, syntax, GROUP_NONE);
	case OPTION_BOOL:
		return read_bool(value, syntax);
	case OPTION_LINGER:
		return read_linger(value, syntax);
	case OPTION_TIMEVAL:
		return read_timeval(value, syntax);
	case OPTION_IN_ADDR:
		return read_in_addr(value, syntax);
	case OPTION_MREQ:
		return read_mreq(value, syntax);
	case OPTION_MREQ6:
		return read_mreq6(value, syntax);
	case OPTION_IFNAME:
	case OPTION_STRING:
		return read_string(value, syntax, true);
	case OPTION_FAMILY:
		return read_int(value, syntax, GROUP_FAMILY);
	case OPTION_TYPE:
		return read_int(value, syntax, GROUP_TYPE);
	case OPTION_PROTOCOL:
		return read_int(value, syntax, GROUP_PROTOCOL);
	case OPTION_ERRNO:
		return read_int(value, syntax, GROUP_ERRNO);
	case OPTION_COOKIE:
		return read_cookie(value, syntax);
	case OPTION_UCRED:
		return read_ucred(value, syntax);
	case OPTION_TCP_INFO:
	case OPTION_RAW:
		return read_string(value, syntax, false);
	}
	return false;
}

bool option_read(struct value *value, const struct option_spec *spec, const struct syntax *syntax,
		 struct text *message)
{
	enum option_type type = spec == NULL ? OPTION_INT : spec->type;

	/* hex: bytes are understood for every option, so that a wrong size can be shown. */
	if (syntax->kind == SYNTAX_STRING && syntax->cut) {
		text_add(message, "this text was cut when it was printed (...): write it whole");
		return false;
	}
	if (read_typed(value, type, syntax) || read_string(value, syntax, false))
		return true;
	text_addf(message, "the value of %s is %s, or bytes such as hex:01000000",
		  spec == NULL ? "this option" : spec->name, type_help[type]);
	return false;
}

static void print_hex(struct text *out, const char *bytes, size_t len)
{
	text_add(out, "hex:");
	for (size_t i = 0; i < len; i++)
		text_addf(out, "%02x", (unsigned char)bytes[i]);
	if (len == 0)
		text_add(out, "\"\"");
}

static int int_at(const char *bytes, size_t index)
{
	int number;

	memcpy(&number, bytes + index * sizeof(number), sizeof(number));
	return number;
}

static void print_in_addr(struct text *out, const char *bytes)
{
	char host[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, bytes, host, sizeof(host));
	text_add(out, host);
}

static void print_timeval(struct text *out, const char *bytes)
{
	struct timeval timeval;

	memcpy(&timeval, bytes, sizeof(timeval));
	text_addf(out, "%lld", (long long)timeval.tv_sec);
	if (timeval.tv_usec == 0)
		return;
	text_addf(out, ".%06ld", (long)timeval.tv_usec);
	while (out->data[out->len - 1] == '0')
		text_cut(out, out->len - 1);
}

static void print_mreq6(struct text *out, const char *bytes)
{
	char host[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, bytes, host, sizeof(host));
	text_addf(out, "{%s, %u}", host, (unsigned)int_at(bytes, sizeof(struct in6_addr) / sizeof(int)));
}

/* Beside the state, how often something was sent again, where it was. */
static void print_tcp_info(struct text *out, const char *bytes, size_t len)
{
	struct tcp_info info = { 0 };

	memcpy(&info, bytes, len < sizeof(info) ? len : sizeof(info));
	text_add(out, "{tcpi_state=");
	constant_print(out, GROUP_STATE, info.tcpi_state);
	if (info.tcpi_total_retrans > 0)
		text_addf(out, ", tcpi_total_retrans=%u", (unsigned)info.tcpi_total_retrans);
	text_add(out, ", ...}");
}

/* How many bytes a value of the type has; 0: any number. */
static size_t type_size(enum option_type type)
{
	switch (type) {
	case OPTION_LINGER:
		return sizeof(struct linger);
	case OPTION_TIMEVAL:
		return sizeof(struct timeval);
	case OPTION_MREQ:
		return sizeof(struct ip_mreq);
	case OPTION_MREQ6:
		return sizeof(struct ipv6_mreq);
	case OPTION_COOKIE:
		return sizeof(uint64_t);
	case OPTION_UCRED:
		return sizeof(struct ucred);
	case OPTION_IFNAME:
	case OPTION_STRING:
	case OPTION_RAW:
	case OPTION_TCP_INFO:
		return 0;
	case OPTION_INT:
	case OPTION_BOOL:
	case OPTION_IN_ADDR:
	case OPTION_FAMILY:
	case OPTION_TYPE:
	case OPTION_PROTOCOL:
	case OPTION_ERRNO:
		return sizeof(int);
	}
	return 0;
}

static void print_cookie(struct text *out, const char *bytes)
{
	uint64_t cookie;

	memcpy(&cookie, bytes, sizeof(cookie));
	text_addf(out, "%llu", (unsigned long long)cookie);
}

/* SO_ERROR 0 is no error; anything else has its name. */
static void print_named(struct text *out, enum constant_group group, int number)
{
	if (number == 0)
		text_add(out, "0");
	else
		constant_print(out, group, number);
}

static void print_typed(struct text *out, enum option_type type, const char *bytes, size_t len)
{
	switch (type) {
	case OPTION_INT:
	case OPTION_BOOL:
		text_addf(out, "%d", int_at(bytes, 0));
		break;
	case OPTION_FAMILY:
		print_named(out, GROUP_FAMILY, int_at(bytes, 0));
		break;
	case OPTION_TYPE:
		print_named(out, GROUP_TYPE, int_at(bytes, 0));
		break;
	case OPTION_PROTOCOL:
		print_named(out, GROUP_PROTOCOL, int_at(bytes, 0));
		break;
	case OPTION_ERRNO:
		print_named(out, GROUP_ERRNO, int_at(bytes, 0));
		break;
	case OPTION_LINGER:
		text_addf(out, "{%d, %d}", int_at(bytes, 0), int_at(bytes, 1));
		break;
	case OPTION_UCRED:
		text_addf(out, "{%d, %d, %d}", int_at(bytes, 0), int_at(bytes, 1), int_at(bytes, 2));
		break;
	case OPTION_TIMEVAL:
		print_timeval(out, bytes);
		break;
	case OPTION_IN_ADDR:
		print_in_addr(out, bytes);
		break;
	case OPTION_MREQ:
		text_add(out, "{");
		print_in_addr(out, bytes);
		text_add(out, ", ");
		print_in_addr(out, bytes + sizeof(struct in_addr));
		text_add(out, "}");
		break;
	case OPTION_MREQ6:
		print_mreq6(out, bytes);
		break;
	case OPTION_COOKIE:
		print_cookie(out, bytes);
		break;
	case OPTION_TCP_INFO:
		print_tcp_info(out, bytes, len);
		break;
	case OPTION_IFNAME:
	case OPTION_STRING:
		show_quoted(out, bytes, len, 0, SHOW_ASCII);
		break;
	case OPTION_RAW:
		print_hex(out, bytes, len);
		break;
	}
}

/* A time that is no time of the language: negative, or with a second of microseconds. */
static bool is_odd_timeval(const char *bytes)
{
	struct timeval timeval;

	memcpy(&timeval, bytes, sizeof(timeval));
	return timeval.tv_sec < 0 || timeval.tv_sec >= REAL_MAX || timeval.tv_usec < 0 || timeval.tv_usec >= 1000000;
}

static bool is_hex(enum option_type type, const struct value *value, bool given)
{
	if (type_size(type) != 0 && value->len != type_size(type))
		return true;
	if (type == OPTION_TCP_INFO)
		return !given || value->len == 0;
	return type == OPTION_TIMEVAL && is_odd_timeval(value->bytes);
}

void option_print(struct text *out, const struct option_spec *spec, const struct value *value, bool given)
{
	enum option_type type = spec == NULL ? OPTION_INT : spec->type;
	bool is_string = type == OPTION_STRING || type == OPTION_IFNAME;

	if (is_hex(type, value, given))
		print_hex(out, value->bytes, value->len);
	else
		print_typed(out, type, value->bytes,
			    given && is_string ? strnlen(value->bytes, value->len) : value->len);
}

const struct option_spec *option_of_call(const struct call *call)
{
	const struct value *level = NULL, *option = NULL;

	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		if (call->spec->args[i].type == ARG_LEVEL)
			level = &call->args[i];
		else if (call->spec->args[i].type == ARG_OPTION)
			option = &call->args[i];
	}
	if (level == NULL || option == NULL)
		return NULL;
	return option_by_number((int)level->number, (int)option->number);
}
