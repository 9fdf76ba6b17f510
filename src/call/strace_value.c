#include "call/strace_value.h"

#include <ctype.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/time.h>

#include "base/mem.h"
#include "call/address.h"

/* ---- bytes ---- */

/* strace's own bound for strings (-s). */
enum { SHOWN_DATA_MAX = 32 };

static char letter_of(char byte)
{
	static const char escaped[] = "\t\n\v\f\r\"\\", letters[] = "tnvfr\"\\";
	const char *found = byte == '\0' ? NULL : strchr(escaped, byte);

	return found == NULL ? '\0' : letters[found - escaped];
}

/* As few octal digits as will do, and all three if a digit follows. */
static void print_byte(struct text *out, char byte, char next)
{
	unsigned char number = (unsigned char)byte;

	if (letter_of(byte) != '\0')
		text_addf(out, "\\%c", letter_of(byte));
	else if (number >= ' ' && number < 0x7f)
		text_add_char(out, byte);
	else
		text_addf(out, isdigit((unsigned char)next) ? "\\%03o" : "\\%o", number);
}

void strace_bytes_print(struct text *out, const char *bytes, size_t len)
{
	size_t shown = len < SHOWN_DATA_MAX ? len : SHOWN_DATA_MAX;

	text_add_char(out, '"');
	for (size_t i = 0; i < shown; i++)
		print_byte(out, bytes[i], i + 1 < shown ? bytes[i + 1] : '\0');
	text_add(out, shown < len ? "\"..." : "\"");
}

/* ---- the values of options ---- */

static int int_at(const char *bytes, size_t index)
{
	int number;

	memcpy(&number, bytes + index * sizeof(number), sizeof(number));
	return number;
}

static void print_int(struct text *out, const char *bytes)
{
	text_addf(out, "[%d]", int_at(bytes, 0));
}

static void print_errno(struct text *out, const char *bytes)
{
	text_add_char(out, '[');
	constant_print(out, GROUP_ERRNO, int_at(bytes, 0));
	text_add_char(out, ']');
}

static void print_linger(struct text *out, const char *bytes)
{
	text_addf(out, "{l_onoff=%d, l_linger=%d}", int_at(bytes, 0), int_at(bytes, 1));
}

static void print_timeval(struct text *out, const char *bytes)
{
	struct timeval time;

	memcpy(&time, bytes, sizeof(time));
	text_addf(out, "{tv_sec=%lld, tv_usec=%lld}", (long long)time.tv_sec, (long long)time.tv_usec);
}

static void print_ucred(struct text *out, const char *bytes)
{
	text_addf(out, "{pid=%d, uid=%d, gid=%d}", int_at(bytes, 0), int_at(bytes, 1), int_at(bytes, 2));
}

static void print_inet_addr(struct text *out, const char *bytes)
{
	struct in_addr in;
	struct address address;

	memcpy(&in, bytes, sizeof(in));
	address = address_of_in(in, 0);
	text_add(out, "inet_addr(\"");
	address_print_host(out, &address, false);
	text_add(out, "\")");
}

static void print_mreq(struct text *out, const char *bytes)
{
	text_add(out, "{imr_multiaddr=");
	print_inet_addr(out, bytes);
	text_add(out, ", imr_interface=");
	print_inet_addr(out, bytes + sizeof(struct in_addr));
	text_add(out, "}");
}

static const struct {
	void (*print)(struct text *out, const char *bytes);
	size_t len;
} forms[] = {
	[OPTION_INT] = { print_int, sizeof(int) },
	[OPTION_BOOL] = { print_int, sizeof(int) },
	[OPTION_LINGER] = { print_linger, 2 * sizeof(int) },
	[OPTION_TIMEVAL] = { print_timeval, sizeof(struct timeval) },
	[OPTION_IN_ADDR] = { print_int, sizeof(int) },
	[OPTION_MREQ] = { print_mreq, 2 * sizeof(struct in_addr) },
	[OPTION_FAMILY] = { print_int, sizeof(int) },
	[OPTION_TYPE] = { print_int, sizeof(int) },
	[OPTION_PROTOCOL] = { print_int, sizeof(int) },
	[OPTION_ERRNO] = { print_errno, sizeof(int) },
	[OPTION_UCRED] = { print_ucred, 3 * sizeof(int) },
	[OPTION_RAW] = { NULL, 0 },
};

/* Of the many members the one that says most, as the side prints it too. */
static bool print_tcp_info(struct text *out, const char *bytes, size_t len)
{
	if (len == 0)
		return false;
	text_add(out, "{tcpi_state=");
	constant_print(out, GROUP_STATE, (unsigned char)bytes[0]);
	text_add(out, ", ...}");
	return true;
}

void strace_option_print(struct text *out, enum option_type type, const char *bytes, size_t len)
{
	if (type == OPTION_TCP_INFO && print_tcp_info(out, bytes, len))
		return;
	if (type < COUNT_OF(forms) && forms[type].print != NULL && forms[type].len == len)
		forms[type].print(out, bytes);
	else
		strace_bytes_print(out, bytes, len);
}
