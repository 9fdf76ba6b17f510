#include "world/states.h"

#include <stddef.h>

#include "base/mem.h"
#include "base/text.h"

static const struct {
	const char *from, *to;
} edges[] = {
	{ "CLOSED", "LISTEN" },
	{ "CLOSED", "SYN_SENT" },
	{ "LISTEN", "CLOSED" },
	{ "SYN_SENT", "SYN_RECV" },
	{ "SYN_SENT", "ESTABLISHED" },
	{ "SYN_RECV", "ESTABLISHED" },
	{ "SYN_RECV", "FIN_WAIT1" },
	{ "ESTABLISHED", "FIN_WAIT1" },
	{ "ESTABLISHED", "CLOSE_WAIT" },
	{ "FIN_WAIT1", "FIN_WAIT2" },
	{ "FIN_WAIT1", "CLOSING" },
	{ "FIN_WAIT1", "TIME_WAIT" }, /* a FIN that acknowledges ours: the figure's note 2 */
	{ "FIN_WAIT2", "TIME_WAIT" },
	{ "CLOSING", "TIME_WAIT" },
	{ "CLOSE_WAIT", "LAST_ACK" },
};

bool state_is_edge(const char *from, const char *to)
{
	if (from == NULL)
		return string_is(to, "SYN_RECV");
	/* A reset, an abort and a timer lead to CLOSED from anywhere (section 3.10.7, 3.10.5, 3.10.8), but from
	 * CLOSE_WAIT what usually does is close(), through LAST_ACK. */
	if (string_is(to, "CLOSED"))
		return !string_is(from, "CLOSE_WAIT");
	for (size_t i = 0; i < COUNT_OF(edges); i++)
		if (string_is(edges[i].from, from) && string_is(edges[i].to, to))
			return true;
	return false;
}

bool state_is_passing(const char *state)
{
	static const char *const passing[] = { "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "CLOSING", "LAST_ACK" };

	for (size_t i = 0; i < COUNT_OF(passing); i++)
		if (string_is(passing[i], state))
			return true;
	return false;
}
