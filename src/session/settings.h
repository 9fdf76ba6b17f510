/*
 * What can be set, in one table.
 */
#ifndef SOCKSTEP_SESSION_SETTINGS_H
#define SOCKSTEP_SESSION_SETTINGS_H

#include "session/state.h"

struct setting {
	const char *name, *values, *help;
	bool (*set)(struct session *session, const char *value); /* false: it is no such value */
	void (*print)(const struct session *session, struct text *out);
};

/* By index; NULL behind the last. */
const struct setting *setting_at(size_t index);

#endif
