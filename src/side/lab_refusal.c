#include "side/lab_refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/mem.h"

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/sockstep"
#endif

enum { SECCOMP_FILTER = 2, NAMESPACES_TO_ALLOW = 10000 };

/* ---- circumstances ---- */

static long read_number(const char *path)
{
	char digits[32];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, digits, sizeof(digits) - 1);
	close(fd);
	if (len <= 0)
		return -1;
	digits[len] = '\0';
	return strtol(digits, NULL, 10);
}

void lab_circumstances_read(struct lab_circumstances *circumstances)
{
	*circumstances = (struct lab_circumstances){
		.max_user = read_number("/proc/sys/user/max_user_namespaces"),
		.max_pid = read_number("/proc/sys/user/max_pid_namespaces"),
		.max_mnt = read_number("/proc/sys/user/max_mnt_namespaces"),
		.max_net = read_number("/proc/sys/user/max_net_namespaces"),
		.userns_clone = read_number("/proc/sys/kernel/unprivileged_userns_clone"),
		.apparmor = read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
		.seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0),
		.is_root = geteuid() == 0,
	};
}

/* ---- sentences ---- */

/* clone(2) and unshare(2): ENOSPC is a limit of user_namespaces(7) that is reached. */
static void explain_limit(struct text *message, const struct lab_circumstances *now)
{
	const struct {
		const char *name;
		long limit;
	} limits[] = {
		{ "user", now->max_user }, { "pid", now->max_pid }, { "mnt", now->max_mnt }, { "net", now->max_net },
	};

	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		if (limits[i].limit != 0)
			continue;
		text_addf(message, "user.max_%s_namespaces is 0; allow them, as root, with: sysctl -w "
			  "user.max_%s_namespaces=%d", limits[i].name, limits[i].name, NAMESPACES_TO_ALLOW);
		return;
	}
	text_addf(message, "the limit of namespaces is reached (user.max_user_namespaces is %ld, "
		  "user.max_net_namespaces %ld); end other labs or containers, or raise it as root with sysctl -w",
		  now->max_user, now->max_net);
}

static void explain_prohibition(struct text *message, const struct lab_circumstances *now, const char *step, int error)
{
	if (now->userns_clone == 0 && !now->is_root)
		text_add(message, "kernel.unprivileged_userns_clone is 0; allow them, as root, with: "
			 "sysctl -w kernel.unprivileged_userns_clone=1");
	else if (now->seccomp == SECCOMP_FILTER)
		text_add(message, "a seccomp filter forbids it, as in a container; start the container with "
			 "--security-opt seccomp=unconfined");
	else if (now->apparmor > 0 && !now->is_root)
		text_add(message, "AppArmor allows them only to programs with a profile; install sockstep's, as root, "
			 "with: cp " PKGDATADIR "/apparmor/sockstep /etc/apparmor.d/ && "
			 "apparmor_parser -r /etc/apparmor.d/sockstep");
	else
		text_addf(message, "%s is forbidden here (%s), as in a chroot or by a security module; "
			  "user_namespaces(7) says who may", step, strerror(error));
}

void lab_refusal_explain(struct text *message, const char *step, int error, const struct lab_circumstances *now)
{
	text_add(message, "no lab can be made here: ");
	switch (error) {
	case ENOSPC:
	case EUSERS:
		explain_limit(message, now);
		break;
	case EPERM:
	case EACCES:
	case ENOSYS:
		explain_prohibition(message, now, step, error);
		break;
	case EINVAL:
		text_addf(message, "this kernel was built without some of the namespaces that it takes "
			  "(CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS): %s failed", step);
		break;
	default:
		text_addf(message, "%s failed: %s", step, strerror(error));
	}
}

void lab_refusal(struct text *message, const char *step, int error)
{
	struct lab_circumstances circumstances;

	lab_circumstances_read(&circumstances);
	lab_refusal_explain(message, step, error, &circumstances);
}
