#include "lab/cause.h"

#include <string.h>

#include "base/mem.h"

/* States are separated by spaces; "none" is no socket. */
struct effect {
	enum call_id call;
	const char *from, *to;
	enum lead lead;
};

/* Where the other end is on the same host, its kernel's ACK is there before the call has returned. */
static const struct effect own_effects[] = {
	{ CALL_connect, "none CLOSED", "SYN_SENT ESTABLISHED", LEAD_PROVED },
	{ CALL_listen, "none CLOSED", "LISTEN", LEAD_PROVED },
	{ CALL_shutdown, "ESTABLISHED SYN_RECV", "FIN_WAIT1 FIN_WAIT2", LEAD_PROVED },
	{ CALL_shutdown, "ESTABLISHED SYN_RECV", "CLOSING TIME_WAIT", LEAD_INFERRED },
	{ CALL_shutdown, "CLOSE_WAIT", "LAST_ACK CLOSED", LEAD_PROVED },
	{ CALL_shutdown, "SYN_SENT LISTEN", "CLOSED", LEAD_PROVED },
	{ CALL_close, "ESTABLISHED SYN_RECV", "FIN_WAIT1 FIN_WAIT2 CLOSED", LEAD_PROVED },
	{ CALL_close, "ESTABLISHED SYN_RECV", "CLOSING TIME_WAIT", LEAD_INFERRED },
	{ CALL_close, "CLOSE_WAIT", "LAST_ACK CLOSED", LEAD_PROVED },
	{ CALL_close, "SYN_SENT LISTEN", "CLOSED", LEAD_PROVED },
	/* SHUT_WR before, and bytes that nobody read: or the peer sent the RST. */
	{ CALL_close, "FIN_WAIT1 FIN_WAIT2 CLOSING LAST_ACK", "CLOSED", LEAD_INFERRED },
	/* What reaches a socket that was closed is answered with RST. */
	{ CALL_send, "CLOSE_WAIT", "CLOSED", LEAD_INFERRED },
};

static const struct effect effects_at_other_end[] = {
	{ CALL_connect, "none SYN_RECV", "SYN_RECV ESTABLISHED", LEAD_PROVED },
	{ CALL_shutdown, "ESTABLISHED SYN_RECV", "CLOSE_WAIT", LEAD_PROVED },
	{ CALL_shutdown, "FIN_WAIT1 FIN_WAIT2", "CLOSING TIME_WAIT CLOSED", LEAD_PROVED },
	{ CALL_close, "ESTABLISHED SYN_RECV", "CLOSE_WAIT CLOSED", LEAD_PROVED },
	{ CALL_close, "FIN_WAIT1 FIN_WAIT2", "CLOSING TIME_WAIT CLOSED", LEAD_PROVED },
	{ CALL_close, "CLOSE_WAIT", "CLOSED", LEAD_INFERRED },
	{ CALL_send, "FIN_WAIT1 FIN_WAIT2", "CLOSED", LEAD_INFERRED },
};

/* dup2() closes what its new number led to. */
static enum call_id kind_of(enum call_id call)
{
	static const enum call_id sending[] = { CALL_sendto, CALL_sendmsg, CALL_write, CALL_writev, CALL_sendfile };

	for (size_t i = 0; i < COUNT_OF(sending); i++)
		if (call == sending[i])
			return CALL_send;
	return call == CALL_dup2 ? CALL_close : call;
}

static bool is_one_of(const char *states, const char *state)
{
	size_t len = strlen(state);

	for (const char *at = strstr(states, state); at != NULL; at = strstr(at + 1, state))
		if ((at == states || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static enum lead lead_of(const struct effect *effects, size_t count, enum call_id call, const char *const edge[2])
{
	for (size_t i = 0; i < count; i++)
		if (effects[i].call == kind_of(call) && is_one_of(effects[i].from, edge[0]) &&
		    is_one_of(effects[i].to, edge[1]))
			return effects[i].lead;
	return LEAD_NO;
}

enum lead cause_by_own_call(enum call_id call, const char *from, const char *to)
{
	const char *const edge[2] = { from == NULL ? "none" : from, to };

	return lead_of(own_effects, COUNT_OF(own_effects), call, edge);
}

enum lead cause_by_other_end(enum call_id call, const char *from, const char *to)
{
	const char *const edge[2] = { from == NULL ? "none" : from, to };

	return lead_of(effects_at_other_end, COUNT_OF(effects_at_other_end), call, edge);
}

