#include "face/actions.h"

static const struct action_spec specs[ACTION_COUNT] = {
#define ACTION(identifier, action_name, action_key, first, action_second, seconds, action_help) \
	[ACTION_##identifier] = { .name = action_name, .key = action_key, .second = action_second, \
				  .sequences = { first, seconds }, .help = action_help },
#include "face/actions.def"
#undef ACTION
};

const struct action_spec *action_spec(enum action action)
{
	return &specs[action];
}
