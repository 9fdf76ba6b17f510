/*
 * The commands of the lab's wire and hosts: hold, flow, step, what is done to one segment, and settings.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/bounds.h"
#include "session/commands.h"
#include "session/expect.h"
#include "session/making.h"
#include "session/start.h"
#include "session/words.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* The lab's wire; NULL with a complaint, the statement being finished, where there is none. */
static struct wire *wire_there(struct session *session)
{
	if (session->lab->wire == NULL) {
		session_complain(session, session->running.statement.column,
				 "there is no wire here: sockstep was started with --local");
		session_finish(session, OUTCOME_FAILED);
	}
	return session->lab->wire;
}

static void finish_with(struct session *session, bool ok, const struct text *message)
{
	if (!ok)
		session_complain(session, session->running.statement.column, "%s", message->data);
	session_finish(session, ok ? OUTCOME_OK : OUTCOME_FAILED);
}

/* ---- until all is quiet ---- */

static void on_quiet(struct session *session)
{
	making_tell_blocked(session);
	session_finish(session, OUTCOME_OK);
}

static const struct waiter waits_for_quiet = { .quiet = on_quiet };

static void finish_when_quiet(struct session *session)
{
	session_wait(session, &waits_for_quiet, -1);
	lab_ask_quiet(session->lab);
}

/* ---- one segment ---- */

/* "#3"; without a word 0, the oldest that is held. */
static bool read_number(struct session *session, const struct syntax_list *words, int64_t *n)
{
	const char *word = word_text(words, 0);
	char *end;

	*n = 0;
	if (!words_are(session, words, 0, 1))
		return false;
	if (word == NULL && words->count == 0)
		return true;
	*n = word == NULL || *word != '#' ? 0 : strtoll(word + 1, &end, 10);
	if (*n > 0 && *end == '\0')
		return true;
	words_mistaken(session, words, 0, "a segment is named by its number, such as #3");
	return false;
}

static void do_to_segment(struct session *session, const struct syntax_list *words,
			  bool (*act)(struct wire *wire, int64_t n, struct text *message))
{
	struct wire *wire;
	struct text message;
	int64_t n;

	if (!read_number(session, words, &n))
		return;
	wire = wire_there(session);
	if (wire == NULL)
		return;
	text_init(&message);
	if (act(wire, n, &message))
		finish_when_quiet(session);
	else
		finish_with(session, false, &message);
	text_release(&message);
}

void command_deliver(struct session *session, const struct syntax_list *words)
{
	if (words->count == 0)
		words_mistaken(session, words, 0, "which segment? `step` delivers the oldest");
	else
		do_to_segment(session, words, wire_deliver);
}

void command_drop(struct session *session, const struct syntax_list *words)
{
	do_to_segment(session, words, wire_drop);
}

void command_corrupt(struct session *session, const struct syntax_list *words)
{
	do_to_segment(session, words, wire_corrupt);
}

static bool duplicate(struct wire *wire, int64_t n, struct text *message)
{
	int64_t copy;

	return wire_duplicate(wire, n, &copy, message);
}

void command_duplicate(struct session *session, const struct syntax_list *words)
{
	do_to_segment(session, words, duplicate);
}

/* ---- step ---- */

struct steps {
	long long left;                 /* how many are still to be made */
	bool until;                     /* until the expectation holds */
	struct expectation expectation; /* of until */
};

static const struct waiter waits_after_step, waits_for_segment;

static void free_steps(void *own)
{
	struct steps *steps = own;

	if (steps->until)
		expectation_release(&steps->expectation);
	free(steps);
}

static bool is_reached(const struct session *session, const struct steps *steps)
{
	struct text is;
	bool reached;

	if (!steps->until)
		return steps->left == 0;
	text_init(&is);
	reached = expectation_holds(&steps->expectation, session, &is);
	text_release(&is);
	return reached;
}

static void make_step(struct session *session)
{
	struct steps *steps = session->running.own;
	struct text message;

	if (is_reached(session, steps)) {
		session_finish(session, OUTCOME_OK);
		return;
	}
	if (wire_oldest(session->lab->wire) == 0) {
		session_wait(session, &waits_for_segment, session->patience);
		return;
	}
	steps->left--;
	text_init(&message);
	session_wait(session, &waits_after_step, -1);
	if (wire_deliver(session->lab->wire, 0, &message))
		lab_ask_quiet(session->lab);
	else
		finish_with(session, false, &message);
	text_release(&message);
}

static void on_step_quiet(struct session *session)
{
	making_tell_blocked(session);
	make_step(session);
}

static const struct waiter waits_after_step = { .quiet = on_step_quiet };

/* The wire may not be touched from within its own event: quiet is asked for, and the step made then. */
static void on_segment(struct session *session, const struct event *event)
{
	if (event->kind != EVENT_segment || !is(event->segment.verdict, "held"))
		return;
	session_wait(session, &waits_after_step, -1);
	lab_ask_quiet(session->lab);
}

static void on_no_segment(struct session *session)
{
	const struct steps *steps = session->running.own;
	struct text is;

	text_init(&is);
	if (steps->until && !expectation_holds(&steps->expectation, session, &is))
		session_complain(session, -1, "no segment came for %.1f s, and %s: %s", session->patience,
				 steps->expectation.text, is.data);
	else
		session_complain(session, -1, "no segment came for %.1f s", session->patience);
	session_finish(session, OUTCOME_FAILED);
	text_release(&is);
}

static const struct waiter waits_for_segment = {
	.event = on_segment,
	.time_out = on_no_segment,
};

static bool read_until(struct session *session, struct steps *steps)
{
	const char *text = session->running.statement.rest + strlen("until");
	struct mistake mistake;

	text += strspn(text, " \t");
	mistake_init(&mistake);
	steps->until = expectation_read(&steps->expectation, text, &mistake);
	if (!steps->until) {
		session_complain(session, (int)(session->running.statement.rest_column +
						(text - session->running.statement.rest) + mistake.column),
				 "%s", mistake.text.data);
		session_finish(session, OUTCOME_MISTAKE);
	}
	mistake_release(&mistake);
	return steps->until;
}

static bool read_steps(struct session *session, const struct syntax_list *words, struct steps *steps)
{
	const char *word = word_text(words, 0);
	char *end;

	steps->left = 1;
	if (is(word, "until"))
		return read_until(session, steps);
	if (!words_are(session, words, 0, 1))
		return false;
	if (word == NULL)
		return true;
	steps->left = strtoll(word, &end, 10);
	if (*end == '\0' && steps->left > 0)
		return true;
	words_mistaken(session, words, 0, "how many steps? a number, or `until` and an expectation");
	return false;
}

void command_step(struct session *session, const struct syntax_list *words)
{
	struct wire *wire = wire_there(session);
	struct steps *steps;

	if (wire == NULL)
		return;
	if (!wire->holds) {
		session_complain(session, session->running.statement.column,
				 "the wire flows, so there is nothing to step: `wire hold` holds it");
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	steps = xcalloc(1, sizeof(*steps));
	session->running.own = steps;
	session->running.free_own = free_steps;
	if (read_steps(session, words, steps))
		make_step(session);
}

/* ---- wire ---- */

static void say_wire(struct session *session, const struct wire *wire)
{
	enum { SHOWN = 20 };
	struct text text;

	text_init(&text);
	wire_describe(wire, SHOWN, &text);
	session_say_lines(session, text.data);
	text_release(&text);
	session_finish(session, OUTCOME_OK);
}

/* NAME VALUE, and for whom: FROM > TO, FROM >, > TO, or HOST HOST for both directions of a pair. */
static bool read_direction(struct session *session, const struct syntax_list *words, struct wire_wish *wish)
{
	size_t index = 2;

	if (index < words->count && !is(word_text(words, index), ">"))
		wish->from = word_text(words, index++);
	if (is(word_text(words, index), ">"))
		index++;
	if (index < words->count)
		wish->to = word_text(words, index++);
	return words_are(session, words, 2, index);
}

static bool is_pair(const struct syntax_list *words)
{
	return words->count == 4 && !is(word_text(words, 2), ">") && !is(word_text(words, 3), ">");
}

static void set_wire(struct session *session, struct wire *wire, const struct syntax_list *words)
{
	const char *value = word_text(words, 1);
	struct wire_wish wish = { 0 }, back;
	struct text message;

	if (word_text(words, 0) == NULL || !wire_setting_find(word_text(words, 0), &wish.setting)) {
		words_mistaken(
			session, words, 0,
			"the wire can hold and flow; what can be set is delay, jitter, loss, duplicate, reorder, "
			"rate, queue, mtu, seed");
		return;
	}
	if (!read_direction(session, words, &wish))
		return;
	text_init(&message);
	if (value == NULL || !wire_value_parse(wish.setting, value, &wish.value, &message)) {
		words_mistaken(session, words, 1, "%s", message.data);
	} else {
		back = wish;
		back.from = wish.to;
		back.to = wish.from;
		finish_with(session, wire_set(wire, &wish, &message) &&
			    (!is_pair(words) || wire_set(wire, &back, &message)), &message);
	}
	text_release(&message);
}

static void set_seed(struct session *session, struct wire *wire, const struct syntax_list *words)
{
	const char *word = word_text(words, 1);
	char *end;
	uint64_t seed = word == NULL ? 0 : strtoull(word, &end, 0);

	if (word == NULL || *word == '\0' || *end != '\0') {
		words_mistaken(session, words, 1, "a seed is a number");
		return;
	}
	wire_set_seed(wire, seed);
	session_finish(session, OUTCOME_OK);
}

void command_wire(struct session *session, const struct syntax_list *words)
{
	const char *word = word_text(words, 0);
	struct wire *wire = wire_there(session);

	if (wire == NULL)
		return;
	if (words->count == 0) {
		say_wire(session, wire);
	} else if (is(word, "hold") && words->count == 1) {
		wire_hold(wire);
		finish_when_quiet(session);
	} else if (is(word, "flow") && words->count == 1) {
		wire_flow(wire);
		finish_when_quiet(session);
	} else if (is(word, "seed")) {
		set_seed(session, wire, words);
	} else {
		set_wire(session, wire, words);
	}
}

static void cut(struct session *session, const struct syntax_list *words, bool off)
{
	const char *host = word_text(words, 0);
	struct wire *wire = wire_there(session);
	struct text message;

	if (wire == NULL || !words_are(session, words, 1, 1))
		return;
	text_init(&message);
	finish_with(session, wire_cut(wire, host == NULL ? "" : host, off, &message), &message);
	text_release(&message);
}

void command_cut(struct session *session, const struct syntax_list *words)
{
	cut(session, words, true);
}

void command_mend(struct session *session, const struct syntax_list *words)
{
	cut(session, words, false);
}

/* ---- hosts ---- */

static void on_host_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	if (token != session->running.token)
		return;
	if (text != NULL && ok)
		session_say(session, "%s", text);
	else if (!ok)
		session_complain(session, session->running.statement.column, "%s", text == NULL ? "refused" : text);
	session_finish(session, ok ? OUTCOME_OK : OUTCOME_FAILED);
}

/* "client: net.ipv4.tcp_sack = 0", as sysctl(8) has it, and of which host it is so. */
static void on_sysctl_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	const char *host = session->running.statement.rest;
	int host_len = (int)strcspn(host, " \t");
	const char *name = host + host_len + strspn(host + host_len, " \t");

	if (token != session->running.token)
		return;
	if (!ok || text == NULL) {
		on_host_answered(session, token, ok, text);
		return;
	}
	session_say(session, "%.*s: %.*s = %s", host_len, host, (int)strcspn(name, " \t="), name, text);
	session_finish(session, OUTCOME_OK);
}

static const struct waiter waits_for_sysctl = { .answered = on_sysctl_answered };

static void on_host_made(struct session *session, int64_t token, bool ok, const char *text)
{
	if (ok && token == session->running.token)
		start_note_host(session, session->running.side, session->running.own);
	on_host_answered(session, token, ok, text);
}

static const struct waiter waits_for_host = { .answered = on_host_made };

void command_host(struct session *session, const struct syntax_list *words)
{
	struct text addresses;

	if (wire_there(session) == NULL || !words_are(session, words, 2, 18) || !bounds_allow_host(session))
		return;
	text_init(&addresses);
	for (size_t i = 1; i < words->count; i++)
		text_addf(&addresses, "%s%s", i > 1 ? " " : "", word_text(words, i) == NULL ? "" : word_text(words, i));
	session->running.side = xstrdup(word_text(words, 0) == NULL ? "" : word_text(words, 0));
	session->running.token = lab_make_host(session->lab, session->running.side, addresses.data, session->stock);
	session->running.own = text_take(&addresses);
	session->running.free_own = free;
	session_wait(session, &waits_for_host, -1);
}

/* The agent reads NAME = VALUE itself: names of sysctls are the kernel's. */
void command_sysctl(struct session *session, const struct syntax_list *words)
{
	const char *host = word_text(words, 0), *rest = session->running.statement.rest;

	if (wire_there(session) == NULL)
		return;
	if (words->count < 2 || host == NULL) {
		words_are(session, words, 2, 2);
		return;
	}
	rest += strcspn(rest, " \t");
	rest += strspn(rest, " \t");
	session->sysctls++;
	session->running.token = lab_sysctl(session->lab, host, rest);
	session_wait(session, &waits_for_sysctl, -1);
}
