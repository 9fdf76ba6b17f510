/*
 * Which call may be told as the cause of a change of state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/cause.h"

static void what_a_call_does_to_its_own_socket(void **state)
{
	(void)state;
	assert_int_equal(cause_by_own_call(CALL_connect, "CLOSED", "SYN_SENT"), LEAD_PROVED);
	assert_int_equal(cause_by_own_call(CALL_connect, "CLOSED", "ESTABLISHED"), LEAD_PROVED);
	assert_int_equal(cause_by_own_call(CALL_listen, "CLOSED", "LISTEN"), LEAD_PROVED);
	assert_int_equal(cause_by_own_call(CALL_shutdown, "ESTABLISHED", "FIN_WAIT2"), LEAD_PROVED);
	assert_int_equal(cause_by_own_call(CALL_close, "CLOSE_WAIT", "LAST_ACK"), LEAD_PROVED);
	assert_int_equal(cause_by_own_call(CALL_dup2, "ESTABLISHED", "FIN_WAIT1"), LEAD_PROVED);
}

/* The last call on a socket, when something else happened to it. */
static void what_a_call_cannot_have_done(void **state)
{
	(void)state;
	assert_int_equal(cause_by_own_call(CALL_connect, "ESTABLISHED", "CLOSE_WAIT"), LEAD_NO);
	assert_int_equal(cause_by_own_call(CALL_connect, "SYN_SENT", "CLOSED"), LEAD_NO);
	assert_int_equal(cause_by_own_call(CALL_listen, "ESTABLISHED", "CLOSE_WAIT"), LEAD_NO);
	assert_int_equal(cause_by_own_call(CALL_close, "FIN_WAIT1", "FIN_WAIT2"), LEAD_NO);
	assert_int_equal(cause_by_own_call(CALL_close, "FIN_WAIT2", "TIME_WAIT"), LEAD_NO);
	assert_int_equal(cause_by_own_call(CALL_recv, "ESTABLISHED", "CLOSE_WAIT"), LEAD_NO);
	assert_int_equal(cause_by_other_end(CALL_close, "CLOSED", "LISTEN"), LEAD_NO);
	assert_int_equal(cause_by_other_end(CALL_send, "ESTABLISHED", "CLOSE_WAIT"), LEAD_NO);
}

static void what_the_other_end_does_here(void **state)
{
	(void)state;
	assert_int_equal(cause_by_other_end(CALL_connect, NULL, "SYN_RECV"), LEAD_PROVED);
	assert_int_equal(cause_by_other_end(CALL_close, "ESTABLISHED", "CLOSE_WAIT"), LEAD_PROVED);
	assert_int_equal(cause_by_other_end(CALL_close, "FIN_WAIT2", "TIME_WAIT"), LEAD_PROVED);
}

static void what_is_only_likely(void **state)
{
	(void)state;
	assert_int_equal(cause_by_own_call(CALL_close, "FIN_WAIT1", "CLOSED"), LEAD_INFERRED);
	assert_int_equal(cause_by_own_call(CALL_write, "CLOSE_WAIT", "CLOSED"), LEAD_INFERRED);
	assert_int_equal(cause_by_other_end(CALL_close, "CLOSE_WAIT", "CLOSED"), LEAD_INFERRED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_call_does_to_its_own_socket),
		cmocka_unit_test(what_a_call_cannot_have_done),
		cmocka_unit_test(what_the_other_end_does_here),
		cmocka_unit_test(what_is_only_likely),
	};

	return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
