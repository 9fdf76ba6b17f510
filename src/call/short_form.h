/*
 * The short forms of the first arguments of socket and socketpair: socket(tcp).
 */
#ifndef SOCKSTEP_CALL_SHORT_FORM_H
#define SOCKSTEP_CALL_SHORT_FORM_H

#include <stddef.h>

struct short_form {
	const char *name;
	int family, type, protocol;
};

/* By index; NULL behind the last. */
const struct short_form *short_form_at(size_t index);

#endif
