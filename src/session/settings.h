/*
 * What can be set, in one table.
 */
#ifndef SOCKSTEP_SESSION_SETTINGS_H
#define SOCKSTEP_SESSION_SETTINGS_H

#include "session/state.h"

struct setting {
	const char *name, *values, *help;
	bool wired; /* it is about the lab's wire */
	bool (*set)(struct session *session, const char *value); /* false: it is no such value */
	void (*print)(const struct session *session, struct text *out);
};

/* By index; NULL behind the last. */
const struct setting *setting_at(size_t index);
/* NULL: there is none by that name. */
const struct setting *setting_find(const char *name);
/* Is it, by its form, a value that the setting takes? */
bool setting_takes(const struct setting *setting, const char *value);

#endif
