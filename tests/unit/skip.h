/*
 * cmocka tells that a test has skipped itself, but not why: this does. After cmocka.h.
 */
#ifndef SOCKSTEP_TESTS_SKIP_H
#define SOCKSTEP_TESTS_SKIP_H

#define SKIP(why) \
	do { \
		print_message("# the next one is skipped: %s\n", why); \
		skip(); \
	} while (0)

#endif
