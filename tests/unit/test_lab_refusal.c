/*
 * Why no lab can be made: each cause has its sentence, whatever else is so. Some of them are made to happen in
 * tests/script/lab.test; those that need another system are told here from what such a system says of itself.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "side/lab_refusal.h"

enum { MANY = 50000 };

#define LIMITS(user, net) .max_user = (user), .max_pid = MANY, .max_mnt = MANY, .max_net = (net)
#define PLAIN LIMITS(MANY, MANY)
#define SILENT .userns_clone = -1, .apparmor = -1

static const struct {
	int error;
	struct lab_circumstances now;
	const char *part;
} causes[] = {
	{ ENOSPC, { LIMITS(0, MANY), SILENT }, "user.max_user_namespaces is 0; allow them, as root, with: sys" },
	{ ENOSPC, { LIMITS(MANY, 0), SILENT }, "sysctl -w user.max_net_namespaces=10000" },
	{ ENOSPC, { PLAIN, SILENT }, "the limit of namespaces is reached (user.max_user_namespaces is 50000" },
	{ EUSERS, { PLAIN, SILENT }, "the limit of namespaces is reached" },
	{ EPERM, { PLAIN, .userns_clone = 0, .apparmor = -1 }, "sysctl -w kernel.unprivileged_userns_clone=1" },
	{ EPERM, { PLAIN, .userns_clone = 0, .apparmor = -1, .is_root = true }, "a chroot or by a security module" },
	{ EPERM, { PLAIN, .userns_clone = 1, .apparmor = 1 }, "/apparmor/sockstep /etc/apparmor.d/ && apparmor_" },
	{ EACCES, { PLAIN, .userns_clone = -1, .apparmor = 1 }, "AppArmor allows them only to programs with a" },
	{ EPERM, { PLAIN, .userns_clone = -1, .apparmor = 0 }, "making a step is forbidden here (Operation not" },
	{ EPERM, { PLAIN, SILENT, .seccomp = 2 }, "--security-opt seccomp=unconfined" },
	{ ENOSYS, { PLAIN, SILENT, .seccomp = 2, .is_root = true }, "--security-opt seccomp=unconfined" },
	{ EPERM, { PLAIN, SILENT }, "user_namespaces(7)" },
	{ EINVAL, { PLAIN, SILENT }, "CONFIG_USER_NS" },
	{ ENOMEM, { PLAIN, SILENT }, "making a step failed: Cannot allocate memory" },
};

static void each_cause_has_its_sentence(void **state)
{
	struct text text;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(causes); i++) {
		text_init(&text);
		lab_refusal_explain(&text, "making a step", causes[i].error, &causes[i].now);
		assert_true(string_starts_with(text.data, "no lab can be made here: "));
		if (strstr(text.data, causes[i].part) == NULL)
			fail_msg("%s\nis without\n%s", text.data, causes[i].part);
		text_release(&text);
	}
}

/* What this system says of itself can be read, and is no less than nothing. */
static void circumstances_are_read(void **state)
{
	struct lab_circumstances now;

	(void)state;
	lab_circumstances_read(&now);
	assert_true(now.max_user >= -1 && now.max_net >= -1);
	assert_in_range(now.seccomp, 0, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cause_has_its_sentence),
		cmocka_unit_test(circumstances_are_read),
	};

	return cmocka_run_group_tests_name("lab_refusal", tests, NULL, NULL);
}
