#include "side/lab_sysctl.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"

enum { VALUE_ROOM = 8192, NAME_MAX_BYTES = 200 };

static const char root[] = "/proc/sys/";

struct setting {
	const char *path, *value; /* path: below net/ */
};

/* A new namespace takes over what the machine has set for IPv4; ip_forward comes first, since it resets others
 * (Documentation/networking/ip-sysctl). Router solicitations, duplicate address detection and link-local addresses are
 * what a fresh link sends by itself. */
static const struct setting silence[] = {
	{ "ipv4/ip_forward", "0" },
	{ "ipv4/conf/all/rp_filter", "0" },
	{ "ipv4/conf/default/rp_filter", "0" },
	{ "ipv6/conf/all/disable_ipv6", "0" },
	{ "ipv6/conf/default/disable_ipv6", "0" },
	{ "ipv6/conf/default/accept_ra", "0" },
	{ "ipv6/conf/default/router_solicitations", "0" },
	{ "ipv6/conf/default/accept_dad", "0" },
	{ "ipv6/conf/default/dad_transmits", "0" },
	{ "ipv6/conf/default/addr_gen_mode", "1" },
};

/* The largest numbers that the kernel takes: retries are an octet, and SYNs end at 127. A short tcp_fin_timeout would
 * end FIN_WAIT2; saved metrics would hand a slow handshake's timeout to the next connection; limits on ICMP would
 * leave some of a lesson's errors out. tcp_invalid_ratelimit is as low as may be, but not 0: two ends of which one was
 * injected data would acknowledge each other 300,000 times a second, for ever. */
static const struct setting lasting[] = {
	{ "ipv4/tcp_congestion_control", "reno" },
	{ "ipv4/tcp_syn_linear_timeouts", "0" },
	{ "ipv4/tcp_syn_retries", "127" },
	{ "ipv4/tcp_synack_retries", "127" },
	{ "ipv4/tcp_orphan_retries", "127" },
	{ "ipv4/tcp_retries2", "255" },
	{ "ipv4/tcp_fin_timeout", "7200" },
	{ "ipv4/tcp_no_metrics_save", "1" },
	{ "ipv4/tcp_timestamps", "0" },
	{ "ipv4/tcp_early_retrans", "0" },
	{ "ipv4/icmp_ratelimit", "0" },
	{ "ipv6/icmp/ratelimit", "0" },
	{ "ipv4/tcp_invalid_ratelimit", "5" },
	{ "ipv4/ip_local_port_range", "32768 60999" },
};

static const struct setting wire[] = {
	{ "ipv4/ip_forward", "0" },
	{ "ipv6/conf/all/disable_ipv6", "1" },
	{ "ipv6/conf/default/disable_ipv6", "1" },
};

/* ---- one ---- */

static bool write_path(const char *path, const char *value)
{
	size_t len = strlen(value);
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	int error;
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, value, len) == (ssize_t)len;
	error = errno;
	close(fd);
	errno = error;
	return ok;
}

/* Bytes read, -1 with errno. */
static ssize_t read_path(const char *path, char *room, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int error;
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, room, size);
	error = errno;
	close(fd);
	errno = error;
	return len;
}

/* ---- by name ---- */

/* Words of letters, digits, - and _ between single dots or slashes: so there is no way up. */
static bool is_path_below_net(const char *name)
{
	bool in_word = false;

	if (strlen(name) > NAME_MAX_BYTES || strncmp(name, "net", 3) != 0 || (name[3] != '.' && name[3] != '/'))
		return false;
	for (; *name != '\0'; name++) {
		bool separates = *name == '.' || *name == '/';

		if (separates ? !in_word : !isalnum((unsigned char)*name) && *name != '-' && *name != '_')
			return false;
		in_word = !separates;
	}
	return in_word;
}

/* The path in /proc/sys, which the caller frees; NULL with a message. */
static char *path_of(const char *name, struct text *message)
{
	char *path;

	if (!is_path_below_net(name)) {
		text_add(message, "a host's sysctl has a name such as net.ipv4.tcp_sack, and not ");
		show_quoted(message, name, strlen(name), 60, SHOW_UTF8);
		return NULL;
	}
	path = text_format("%s%s", root, name);
	for (char *at = path; *at != '\0'; at++)
		if (*at == '.')
			*at = '/';
	return path;
}

static void explain(struct text *message, const char *name, const char *what, int error)
{
	if (error == ENOENT)
		text_addf(message, "a host of the lab has no sysctl %s on this kernel", name);
	else if (error == EISDIR)
		text_addf(message, "%s is a group of sysctls, not one", name);
	else
		text_addf(message, "the sysctl %s cannot be %s: %s", name, what, strerror(error));
}

bool sysctl_read(const char *name, struct text *value, struct text *message)
{
	char room[VALUE_ROOM];
	char *path = path_of(name, message);
	ssize_t len;

	if (path == NULL)
		return false;
	len = read_path(path, room, sizeof(room));
	free(path);
	if (len < 0) {
		explain(message, name, "read", errno);
		return false;
	}
	while (len > 0 && room[len - 1] == '\n')
		len--;
	for (ssize_t i = 0; i < len; i++)
		if (room[i] == '\t')
			room[i] = ' ';
	text_add_bytes(value, room, (size_t)len);
	return true;
}

bool sysctl_write(const char *name, const char *value, struct text *message)
{
	char *path = path_of(name, message);
	bool ok;

	if (path == NULL)
		return false;
	ok = write_path(path, value);
	free(path);
	if (!ok)
		explain(message, name, "set", errno);
	return ok;
}

/* ---- all ---- */

/* One sentence for all that was refused for one reason: /proc/sys may be read-only in a container. */
static void set_table(const struct setting *settings, size_t count, struct text *message)
{
	int refused = 0;

	for (size_t i = 0; i < count; i++) {
		char *path = text_format("%snet/%s", root, settings[i].path);

		if (!write_path(path, settings[i].value) && errno != ENOENT && errno != refused) {
			refused = errno;
			text_addf(message, "%s cannot be set to %s: %s. ", path, settings[i].value, strerror(refused));
		}
		free(path);
	}
}

void sysctl_set_all(enum sysctl_use use, struct text *message)
{
	switch (use) {
	case SYSCTL_SILENCE:
		set_table(silence, COUNT_OF(silence), message);
		break;
	case SYSCTL_LASTING:
		set_table(lasting, COUNT_OF(lasting), message);
		break;
	}
}

void sysctl_silence_wire(struct text *message)
{
	set_table(wire, COUNT_OF(wire), message);
}
