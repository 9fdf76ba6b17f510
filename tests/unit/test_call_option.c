/*
 * Values of socket options of every type, both ways, and addresses.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/option.h"
#include "call_lines.h"

static void check_value(const char *option, const char *value, const char *printed)
{
	char *line = text_format("setsockopt 3 %s %s", option, value), *exact;
	const struct option_spec *spec = NULL;
	size_t count;
	const struct option_spec *all = options_all(&count);

	for (size_t i = 0; i < count; i++)
		if (string_is(all[i].name, option))
			spec = &all[i];
	assert_non_null(spec);
	exact = text_format("setsockopt(3, %s, %s, %s)", spec->level_name, option, printed);
	lines_mean(line, exact);
	free(exact);
	free(line);
}

static void values(void **state)
{
	(void)state;
	check_value("SO_RCVBUF", "4096", "4096");
	check_value("SO_RCVBUF", "-1", "-1");
	check_value("SO_RCVBUF", "0xffffffff", "-1");
	check_value("SO_REUSEADDR", "1", "1");
	check_value("SO_REUSEADDR", "on", "1");
	check_value("SO_REUSEADDR", "off", "0");
	check_value("SO_LINGER", "{1, 0}", "{1, 0}");
	check_value("SO_LINGER", "[1, -5]", "{1, -5}");
	check_value("SO_LINGER", "{l_onoff=1, l_linger=30}", "{1, 30}");
	check_value("SO_RCVTIMEO", "1.5", "1.5");
	check_value("SO_RCVTIMEO", "0", "0");
	check_value("SO_RCVTIMEO", "0.000001", "0.000001");
	check_value("SO_RCVTIMEO", "1.9999999", "2");
	check_value("SO_RCVTIMEO", "999999999.999999", "999999999.999999");
	check_value("IP_MULTICAST_IF", "10.0.0.1", "10.0.0.1");
	check_value("IP_ADD_MEMBERSHIP", "{224.0.0.5, 10.0.0.1}", "{224.0.0.5, 10.0.0.1}");
	check_value("IP_ADD_MEMBERSHIP", "224.0.0.5", "{224.0.0.5, 0.0.0.0}");
	check_value("IPV6_ADD_MEMBERSHIP", "{ff02::5, 2}", "{ff02::5, 2}");
	check_value("IPV6_ADD_MEMBERSHIP", "ff02::5", "{ff02::5, 0}");
	check_value("SO_BINDTODEVICE", "eth0", "\"eth0\"");
	check_value("SO_BINDTODEVICE", "\"\"", "\"\"");
	check_value("TCP_CONGESTION", "reno", "\"reno\"");
	check_value("TCP_CONGESTION", "\"a\\x00b\"", "\"a\\x00b\"");
	check_value("SO_DOMAIN", "AF_INET6", "AF_INET6");
	check_value("SO_TYPE", "SOCK_DGRAM", "SOCK_DGRAM");
	check_value("SO_PROTOCOL", "IPPROTO_UDP", "IPPROTO_UDP");
	check_value("SO_ERROR", "ECONNREFUSED", "ECONNREFUSED");
	check_value("SO_ERROR", "44", "ECHRNG");
	check_value("SO_COOKIE", "18446744073709551615", "18446744073709551615");
	check_value("SO_PEERCRED", "{1, 2, -1}", "{1, 2, -1}");
	check_value("IP_OPTIONS", "hex:0102", "hex:0102");
	check_value("IP_OPTIONS", "hex:", "hex:\"\"");
}

/* Bytes that are no value of the type stay what they are. */
static void odd_bytes(void **state)
{
	(void)state;
	check_value("SO_REUSEADDR", "hex:01", "hex:01");
	check_value("SO_REUSEADDR", "hex:01000000", "1");
	check_value("SO_LINGER", "hex:010000000000000000", "hex:010000000000000000");
	check_value("SO_RCVTIMEO", "hex:ffffffffffffffff0000000000000000", "hex:ffffffffffffffff0000000000000000");
	check_value("SO_RCVTIMEO", "hex:000000000000000040420f0000000000", "hex:000000000000000040420f0000000000");
	check_value("SO_COOKIE", "hex:00", "hex:00");
	check_value("SO_PEERCRED", "hex:0000", "hex:0000");
	check_value("IP_ADD_MEMBERSHIP", "hex:00", "hex:00");
	check_value("IPV6_ADD_MEMBERSHIP", "hex:00", "hex:00");
	check_value("TCP_INFO", "hex:0700", "hex:0700");
	check_value("IP_MULTICAST_IF", "hex:0a", "hex:0a");
	lines_mean("setsockopt 3 SOL_SOCKET 9999 7", "setsockopt(3, SOL_SOCKET, 9999, 7)");
	lines_mean("setsockopt 3 77 9999 hex:0102", "setsockopt(3, 77, 9999, hex:0102)");
	lines_mean("setsockopt 3 SOL_TCP TCP_NODELAY 1", "setsockopt(3, IPPROTO_TCP, TCP_NODELAY, 1)");
	lines_mean("getsockopt 3 IPPROTO_TCP 1", "getsockopt(3, IPPROTO_TCP, TCP_NODELAY)");
}

static void mistakes(void **state)
{
	(void)state;
	lines_mistake("setsockopt 3 SO_LINGER 1", 23, "the value of SO_LINGER is {on, seconds}");
	lines_mistake("setsockopt 3 SO_LINGER {1}", 23, "{on, seconds}");
	lines_mistake("setsockopt 3 SO_LINGER {1, 2, 3}", 23, "{on, seconds}");
	lines_mistake("setsockopt 3 SO_LINGER {1, x}", 23, "{on, seconds}");
	lines_mistake("setsockopt 3 SO_LINGER {1, 99999999999}", 23, "{on, seconds}");
	lines_mistake("setsockopt 3 SO_RCVTIMEO -1", 25, "seconds such as 1.5");
	lines_mistake("setsockopt 3 SO_RCVTIMEO nan", 25, "seconds such as 1.5");
	lines_mistake("setsockopt 3 SO_RCVTIMEO 1e9", 25, "seconds such as 1.5");
	lines_mistake("setsockopt 3 SO_REUSEADDR yes", 26, "0 or 1");
	lines_mistake("setsockopt 3 SO_RCVBUF 99999999999", 23, "a number");
	lines_mistake("setsockopt 3 IP_MULTICAST_IF eth0", 29, "an IPv4 address");
	lines_mistake("setsockopt 3 IP_ADD_MEMBERSHIP {1, 2, 3}", 31, "{group, interface's address}");
	lines_mistake("setsockopt 3 IPV6_ADD_MEMBERSHIP {ff02::5, -1}", 33, "{group, interface's index}");
	lines_mistake("setsockopt 3 SO_COOKIE -1", 23, "a 64-bit number");
	lines_mistake("setsockopt 3 TCP_CONGESTION \"ren\"...", 28, "was cut when it was printed");
	lines_mistake("setsockopt 3 SO_REUSEADR 1", 13, "did you mean SO_REUSEADDR?");
	lines_mistake("setsockopt 3 SOL_SOCKET TCP_NODELAY 1", 24, "is an option of the level IPPROTO_TCP");
	lines_mistake("getsockopt 3 xyzzy", 13, "is no option that is known here; any may be given by its number");
}

static void every_option_has_its_level(void **state)
{
	size_t count;
	const struct option_spec *all = options_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char *line = text_format("getsockopt 3 %s", all[i].name);
		char *exact = text_format("getsockopt(3, %s, %s)", all[i].level_name, all[i].name);

		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(all[i].name, all[j].name);
			assert_true(all[i].level != all[j].level || all[i].number != all[j].number);
		}
		assert_null(constant_find(all[i].name));
		assert_non_null(constant_name(GROUP_LEVEL, all[i].level));
		lines_mean(line, exact);
		free(line);
		free(exact);
	}
}

/* Of every option, each length and two contents: what is printed is read as the same bytes. */
static void every_length(void **state)
{
	size_t count;
	const struct option_spec *all = options_all(&count);
	char hex[2 * 24 + 1];

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t len = 0; len <= 24; len++)
			for (size_t fill = 0; fill < 3; fill++) {
				char *line, *exact;

				for (size_t j = 0; j < 2 * len; j++)
					hex[j] = "0f1"[fill];
				hex[2 * len] = '\0';
				line = text_format("setsockopt 3 %s hex:\"%s\"", all[i].name, hex);
				exact = lines_print(line, CALL_EXACT);
				lines_mean(line, exact);
				free(exact);
				free(line);
			}
}

static void check_given(const char *option, const void *bytes, size_t len, const char *printed)
{
	char *line = text_format("getsockopt 3 %s", option);
	struct call call;
	struct text text;

	lines_call(&call, line);
	value_set_bytes(&call.args[3], bytes, len);
	text_init(&text);
	call_print(&text, &call, CALL_SHORT);
	if (strstr(text.data, printed) == NULL)
		fail_msg("%s instead of %s", text.data, printed);
	text_release(&text);
	call_release(&call);
	free(line);
}

/* What the kernel gives has room behind the string, and is shown in brackets. */
static void given_values(void **state)
{
	struct tcp_info info = { .tcpi_state = 1 };

	(void)state;
	check_given("TCP_CONGESTION", "reno\0\0\0\0", 8, ", [\"reno\"])");
	check_given("SO_LINGER", "\1\0\0\0\5\0\0\0", 8, ", [{1, 5}])");
	check_given("SO_ERROR", "\0\0\0\0", 4, ", [0])");
	check_given("SO_ERROR", "\x6f\0\0\0", 4, ", [ECONNREFUSED])");
	check_given("TCP_INFO", &info, sizeof(info), ", [{tcpi_state=ESTABLISHED, ...}])");
	check_given("TCP_INFO", &info, 0, ", [hex:\"\"])");
}

/* ---- addresses ---- */

static void check_address(const char *string, const char *printed)
{
	struct address address;
	struct text text;

	if (!address_read(&address, string, AF_INET))
		fail_msg("%s is not understood", string);
	text_init(&text);
	address_print(&text, &address);
	assert_string_equal(text.data, printed);
	text_release(&text);
}

static void addresses(void **state)
{
	struct address address, other;

	(void)state;
	check_address("10.0.0.2:80", "10.0.0.2:80");
	check_address("[fd00::2]:80", "[fd00::2]:80");
	check_address("*:80", "*:80");
	check_address("0.0.0.0:80", "*:80");
	check_address("[::]:80", "[::]:80");
	check_address("[fe80::1%3]:65535", "[fe80::1%3]:65535");
	check_address("unix:/path", "unix:/path");
	check_address("unix:@\\x00\\xff", "unix:@\\x00\\xff");
	assert_false(address_read(&address, "10.0.0.2", AF_INET));
	assert_false(address_read(&address, "10.0.0.2:", AF_INET));
	assert_false(address_read(&address, "10.0.0.2:65536", AF_INET));
	assert_false(address_read(&address, ":80", AF_INET));
	assert_false(address_read(&address, "[]:80", AF_INET));
	assert_false(address_read_ip(&address, "10.0.0.256"));
	assert_false(address_read_ip(&address, "fe80::1%nosuch"));
	assert_true(address_read(&address, "*:80", AF_INET6) && address_is_wildcard(&address));
	assert_int_equal(address_port(&address), 80);
	assert_true(address_read(&address, "[::ffff:10.0.0.2]:80", AF_INET6));
	other = address_unmapped(&address);
	assert_false(address_equal(&address, &other));
	assert_true(address_read(&address, "10.0.0.2:80", AF_INET) && address_equal(&address, &other));
	address_set_port(&address, 81);
	assert_false(address_equal(&address, &other));
}

static void unix_names(void **state)
{
	char name[200] = "unix:";
	struct address address;
	struct text message;

	(void)state;
	text_init(&message);
	memset(name + 5, 'a', 108);
	assert_true(address_read_unix(&address, name, &message));
	assert_int_equal(address.len, sizeof(sa_family_t) + 108);
	name[5 + 108] = 'a';
	assert_false(address_read_unix(&address, name, &message));
	assert_non_null(strstr(message.data, "at most 108 bytes"));
	assert_true(address_read_unix(&address, "unix:/a", &message));
	assert_int_equal(address.len, sizeof(sa_family_t) + 3);
	assert_true(address_read_unix(&address, "unix:@a", &message));
	assert_int_equal(address.len, sizeof(sa_family_t) + 2);
	assert_true(address_read_unix(&address, "unix:", &message));
	assert_int_equal(address.len, sizeof(sa_family_t));
	text_release(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(odd_bytes),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(every_option_has_its_level),
		cmocka_unit_test(every_length),
		cmocka_unit_test(given_values),
		cmocka_unit_test(addresses),
		cmocka_unit_test(unix_names),
	};

	return cmocka_run_group_tests_name("options and addresses", tests, NULL, NULL);
}
