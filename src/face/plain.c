#include "face/plain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "face/safe.h"
#include "world/segments.h"

/* The colours of ECMA-48 (SGR) that are legible on dark and light grounds alike. */
enum tint { TINT_NONE, TINT_FAILED, TINT_BLOCKED, TINT_NOTICE };

static const char *const tint_codes[] = {
	[TINT_FAILED] = "\033[31m",
	[TINT_BLOCKED] = "\033[35m",
	[TINT_NOTICE] = "\033[35m",
};

struct line {
	struct text *out;
	const struct plain_options *options;
};

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0] != '\0';
}

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || term[0] == '\0' || string_is(term, "dumb");
}

static bool has_256_colours(void)
{
	const char *term = getenv("TERM");

	return (term && strstr(term, "256color")) || is_set("COLORTERM");
}

struct plain_options plain_options_for(int fd)
{
	return (struct plain_options){
		.charset = safe_charset(),
		.colour = isatty(fd) && !is_dumb() && !is_set("NO_COLOR"),
		.colour_256 = has_256_colours(),
		.ground = colour_ground_here(),
	};
}

/* ---- pieces ---- */

static void add_shown(const struct line *line, const char *string)
{
	if (string)
		safe_add(line->out, string, strlen(string), line->options->charset, SAFE_NEWLINES_SHOWN);
}

static void tint(const struct line *line, enum tint tint)
{
	if (line->options->colour && tint != TINT_NONE)
		text_add(line->out, tint_codes[tint]);
}

static void tint_end(const struct line *line, enum tint tint)
{
	if (line->options->colour && tint != TINT_NONE)
		text_add(line->out, "\033[0m");
}

/* Whose line it is; -1: none is used. */
static int client_colour(const struct line *line)
{
	const struct plain_options *options = line->options;

	if (!options->colour)
		return -1;
	return colour_of(style_look(options->style), options->colour_256 ? 256 : 8, options->ground);
}

/* The result has a tint of its own. */
static void style_begin(const struct line *line)
{
	int colour = client_colour(line);

	if (colour >= 8)
		text_addf(line->out, "\033[38;5;%dm", colour);
	else if (colour >= 0)
		text_addf(line->out, "\033[3%dm", colour);
}

static void style_end(const struct line *line)
{
	if (client_colour(line) >= 0)
		text_add(line->out, "\033[0m");
}

static void add_time(const struct line *line, double seconds)
{
	if (!line->options->time)
		return;
	if (seconds >= 0)
		text_addf(line->out, "%12.6f ", seconds);
	else
		text_addf(line->out, "%12s ", "");
}

static void add_took(const struct line *line, double seconds)
{
	if (line->options->time && seconds >= 0)
		text_addf(line->out, " <%.6f>", seconds);
}

/* A thread is the side's first unless another is named (side/report.h). */
static void add_side(const struct line *line, const char *side, int64_t thread)
{
	add_shown(line, side);
	if (thread != EVENT_NO_INT && thread != 1)
		text_addf(line->out, "/%lld", (long long)thread);
	text_add(line->out, ": ");
}

/* "file:line:column: ", as compilers write it: columns from 1. */
static void add_place(const struct line *line, const char *file, int64_t number, int64_t column)
{
	if (file) {
		add_shown(line, file);
		text_add_char(line->out, ':');
	}
	if (number != EVENT_NO_INT)
		text_addf(line->out, "%lld:", (long long)number);
	if (number != EVENT_NO_INT && column != EVENT_NO_INT)
		text_addf(line->out, "%lld:", (long long)column + 1);
	if (file || number != EVENT_NO_INT)
		text_add_char(line->out, ' ');
}

/* ---- one function for each kind ---- */

static void add_result(const struct line *line, const struct event_call *call)
{
	enum tint colour = call->error ? TINT_FAILED : TINT_NONE;

	text_add(line->out, " = ");
	tint(line, colour);
	if (call->outcome)
		add_shown(line, call->outcome);
	else if (call->result == EVENT_NO_INT)
		text_add_char(line->out, '?');
	else
		text_addf(line->out, "%lld", (long long)call->result);
	if (!call->outcome && call->error) {
		text_add_char(line->out, ' ');
		add_shown(line, call->error);
	}
	tint_end(line, colour);
	add_took(line, call->took);
}

/* The side made the whole line; what stands behind its last equals sign is the result. */
static void add_syscall(const struct line *line, const struct event_call *call)
{
	enum tint colour = call->error ? TINT_FAILED : TINT_NONE;
	const char *rest = call->syscall;
	char *before;

	for (const char *next = strstr(rest, " = "); next != NULL; next = strstr(next + 1, " = "))
		rest = next + strlen(" = ");
	before = xstrndup(call->syscall, (size_t)(rest - call->syscall));
	add_shown(line, before);
	style_end(line);
	free(before);
	tint(line, colour);
	add_shown(line, rest);
	tint_end(line, colour);
	add_took(line, call->took);
}

static void add_ellipsis(const struct line *line, const char *word, enum tint colour)
{
	text_add(line->out, " ... ");
	tint(line, colour);
	text_add(line->out, word);
	tint_end(line, colour);
}

static void add_call(const struct line *line, const struct event *event)
{
	const struct event_call *call = &event->call;
	bool long_form = line->options->syscalls && call->syscall;

	if (!call->status || string_is(call->status, "started"))
		return;
	add_time(line, call->began >= 0 ? call->began : event->t);
	style_begin(line);
	add_side(line, call->side, call->thread);
	if (long_form) {
		add_syscall(line, call);
		text_add_char(line->out, '\n');
		return;
	}
	add_shown(line, call->text);
	style_end(line);
	if (string_is(call->status, "blocked"))
		add_ellipsis(line, "blocked", TINT_BLOCKED);
	else if (string_is(call->status, "returned"))
		add_result(line, call);
	else
		add_ellipsis(line, "abandoned", TINT_BLOCKED);
	text_add_char(line->out, '\n');
}

static void add_signal(const struct line *line, const struct event *event)
{
	add_time(line, event->t);
	add_side(line, event->signal.side, EVENT_NO_INT);
	tint(line, TINT_NOTICE);
	add_shown(line, event->signal.text);
	tint_end(line, TINT_NOTICE);
	text_add_char(line->out, '\n');
}

static void add_side_end(const struct line *line, const struct event_side *side)
{
	if (string_is(side->status, "exited")) {
		text_add(line->out, "+++ exited with ");
		text_addf(line->out, "%lld +++", side->code == EVENT_NO_INT ? 0LL : (long long)side->code);
	} else if (string_is(side->status, "killed")) {
		text_add(line->out, "+++ killed by ");
		add_shown(line, side->signal ? side->signal : "a signal");
		text_add(line->out, " +++");
	} else {
		text_add(line->out, "+++ refused");
		if (side->text) {
			text_add(line->out, ": ");
			add_shown(line, side->text);
		}
		text_add(line->out, " +++");
	}
}

static void add_side_event(const struct line *line, const struct event *event)
{
	if (!event->side.status || string_is(event->side.status, "started") || string_is(event->side.status, "reset"))
		return;
	add_time(line, event->t);
	add_side(line, event->side.side, EVENT_NO_INT);
	tint(line, TINT_NOTICE);
	add_side_end(line, &event->side);
	tint_end(line, TINT_NOTICE);
	text_add_char(line->out, '\n');
}

static void add_say(const struct line *line, const struct event *event)
{
	const char *said = event->say.text ? event->say.text : "";
	size_t len = strlen(said);

	if (len > 0 && said[len - 1] == '\n')
		len--;
	safe_add(line->out, said, len, line->options->charset, SAFE_NEWLINES_PASS);
	text_add_char(line->out, '\n');
}

static void add_expect(const struct line *line, const struct event *event)
{
	const struct event_expect *expect = &event->expect;

	if (expect->ok)
		return;
	tint(line, TINT_FAILED);
	add_place(line, expect->file, expect->line, EVENT_NO_INT);
	text_add(line->out, "expected ");
	add_shown(line, expect->text);
	if (expect->is) {
		text_add(line->out, ", but ");
		add_shown(line, expect->is);
	}
	tint_end(line, TINT_FAILED);
	text_add_char(line->out, '\n');
}

/* So much of a line that is longer than both is shown before and behind the place that is meant. */
enum { SOURCE_BEFORE = 40, SOURCE_BEHIND = 33 };

/* The line that was not understood, or the part of it around the place, and a caret under the column. */
static void add_source(const struct line *line, const char *source, int64_t column)
{
	size_t len = strlen(source), at = column < 0 ? 0 : (size_t)column;
	bool whole = len <= SOURCE_BEFORE + SOURCE_BEHIND;
	size_t from, to, start;

	at = at > len ? len : at;
	from = !whole && at > SOURCE_BEFORE ? at - SOURCE_BEFORE : 0;
	to = !whole && len - at > SOURCE_BEHIND ? at + SOURCE_BEHIND : len;
	text_add(line->out, from > 0 ? "  ..." : "  ");
	start = line->out->len;
	safe_add(line->out, source + from, at - from, SHOW_ASCII, SAFE_NEWLINES_SHOWN);
	start = line->out->len - start + (from > 0 ? 3 : 0);
	safe_add(line->out, source + at, to - at, SHOW_ASCII, SAFE_NEWLINES_SHOWN);
	text_add(line->out, to < len ? "...\n  " : "\n  ");
	for (size_t i = 0; i < start; i++)
		text_add_char(line->out, ' ');
	text_add(line->out, "^\n");
}

static void add_error(const struct line *line, const struct event *event)
{
	const struct event_error *error = &event->error;
	const char *text = error->text ? error->text : "";
	size_t len = strlen(text);

	if (len > 0 && text[len - 1] == '\n')
		len--;
	tint(line, TINT_FAILED);
	add_place(line, error->file, error->line, error->column);
	if (error->side)
		add_side(line, error->side, EVENT_NO_INT);
	safe_add(line->out, text, len, line->options->charset, SAFE_NEWLINES_PASS);
	tint_end(line, TINT_FAILED);
	text_add_char(line->out, '\n');
	if (error->source && error->column != EVENT_NO_INT)
		add_source(line, error->source, error->column);
}

/* ---- the wire, where it is asked for ---- */

static void add_segment(const struct line *line, const struct event *event)
{
	if (!line->options->wire)
		return;
	add_time(line, event->t);
	if (string_is(event->segment.verdict, "held")) {
		world_segment_line(line->out, &event->segment);
	} else {
		text_addf(line->out, "#%lld %s > %s %s  ", (long long)event->segment.n, event->segment.from,
			  event->segment.to, event->segment.flags ? event->segment.flags : event->segment.proto);
		world_segment_fate(line->out, &event->segment);
	}
	text_add_char(line->out, '\n');
}

static void add_cause(const struct line *line, const struct event_cause *cause)
{
	if (cause->kind == CAUSE_SEGMENT)
		text_addf(line->out, "  (segment #%lld)", (long long)cause->number);
	else if (cause->kind == CAUSE_TIMER)
		text_addf(line->out, "  (%s timer)", cause->timer);
}

/* "client 3: SYN_SENT -> ESTABLISHED  (segment #2)"; a socket without a descriptor is named by its addresses. */
static void add_state(const struct line *line, const struct event *event)
{
	const struct event_state *state = &event->state;

	if (!line->options->wire)
		return;
	add_time(line, event->t);
	add_shown(line, state->side ? state->side : state->host);
	if (state->fd != EVENT_NO_INT)
		text_addf(line->out, " %lld: ", (long long)state->fd);
	else
		text_addf(line->out, " %s %s: ", state->local ? state->local : "", state->peer ? state->peer : "");
	if (state->from)
		text_addf(line->out, "%s ", state->from);
	text_add(line->out, line->options->charset == SHOW_UTF8 ? "→ " : "-> ");
	add_shown(line, state->to);
	add_cause(line, &state->cause);
	text_add_char(line->out, '\n');
}

/* ---- copying ---- */

static void add_bytes_count(const struct line *line, const char *verb, int64_t count)
{
	text_addf(line->out, "%s %lld byte%s", verb, (long long)count, count == 1 ? "" : "s");
}

static const char *copy_reason(const char *why)
{
	static const struct {
		const char *why, *said;
	} reasons[] = {
		{ "closed", "both directions are closed" },
		{ "quit", "the time after the end of input is over (-q)" },
		{ "idle", "nothing has moved for the time of -w" },
		{ "limit", "as many have come as -W says" },
		{ "connection", "the connection failed" },
		{ "input", "standard input cannot be read" },
		{ "output", "standard output cannot be written" },
	};

	for (size_t i = 0; why != NULL && i < COUNT_OF(reasons); i++)
		if (string_is(reasons[i].why, why))
			return reasons[i].said;
	return "it is over";
}

static void add_copy_done(const struct line *line, const struct event_copy *copy)
{
	text_addf(line->out, "%s", copy_reason(copy->why));
	if (copy->error != NULL)
		text_addf(line->out, ": %s (%s)", copy->error, copy->text == NULL ? "" : copy->text);
	add_bytes_count(line, "; sent", copy->sent);
	add_bytes_count(line, ", received", copy->received);
	text_addf(line->out, " in %.3f s", copy->took);
	if (copy->first != NULL)
		text_addf(line->out, "; %s closed first",
			  string_is(copy->first, "peer") ? "the peer" : "standard input");
}

/* "client 3: the peer has closed its direction after 12 bytes" */
static void add_copy(const struct line *line, const struct event *event)
{
	const struct event_copy *copy = &event->copy;

	add_time(line, event->t);
	style_begin(line);
	add_shown(line, copy->side);
	text_addf(line->out, " %lld: ", (long long)copy->fd);
	style_end(line);
	if (string_is(copy->status, "peer-closed"))
		add_bytes_count(line, "the peer has closed its direction after", copy->received);
	else if (string_is(copy->status, "input-open"))
		text_add(line->out, "standard input is still open, and nothing comes from it");
	else if (string_is(copy->status, "input-ended"))
		add_bytes_count(line, "standard input has ended after", copy->sent);
	else
		add_copy_done(line, copy);
	text_add_char(line->out, '\n');
}

/* ---- TLS ---- */

static void add_tls_record(const struct line *line, const struct event_tls *tls)
{
	text_addf(line->out, "TLS %s %s, %lld byte%s", string_is(tls->direction, "out") ? "sends" : "receives",
		  tls->text, (long long)tls->len, tls->len == 1 ? "" : "s");
	if (tls->seq_first != EVENT_NO_INT)
		text_addf(line->out, ", seq %lld to %lld", (long long)tls->seq_first, (long long)tls->seq_last);
	if (tls->segments != NULL)
		text_addf(line->out, ", %s", *tls->segments == '\0' ? "in no segment yet" : tls->segments);
	else if (string_is(tls->text, "ClientHello"))
		text_add(line->out, " (no wire of ours: segments are not seen)");
}

/* A line each, the peer's own first. */
static void add_chain(const struct line *line, const struct event_tls *tls)
{
	const char *chain = tls->chain == NULL ? "" : tls->chain;

	while (*chain != '\0') {
		size_t len = strcspn(chain, "\n");

		text_add(line->out, "\n  ");
		text_add_bytes(line->out, chain, len);
		chain += len + (chain[len] == '\n');
	}
}

static void add_tls_refused(const struct line *line, const struct event_tls *tls)
{
	text_addf(line->out, "TLS refuses the certificate: %s", tls->verify);
	add_chain(line, tls);
}

static void add_tls_established(const struct line *line, const struct event_tls *tls)
{
	text_addf(line->out, "TLS established: %s, %s", tls->version, tls->cipher);
	if (tls->name != NULL)
		text_addf(line->out, ", name %s", tls->name);
	if (tls->alpn != NULL)
		text_addf(line->out, ", ALPN %s", tls->alpn);
	if (tls->resumed)
		text_add(line->out, ", resumed");
	/* "ok" or "ok, but for no name" */
	if (tls->verify != NULL && string_starts_with(tls->verify, "ok"))
		text_addf(line->out, ", certificate verified%s", tls->verify + strlen("ok"));
	else if (tls->verify != NULL)
		text_addf(line->out, ", certificate not verified: %s", tls->verify);
	add_chain(line, tls);
}

static void add_tls(const struct line *line, const struct event *event)
{
	const struct event_tls *tls = &event->tls;

	add_time(line, event->t);
	style_begin(line);
	add_shown(line, tls->side);
	text_addf(line->out, " %lld: ", (long long)tls->fd);
	style_end(line);
	if (string_is(tls->status, "record"))
		add_tls_record(line, tls);
	else if (string_is(tls->status, "established"))
		add_tls_established(line, tls);
	else if (string_is(tls->status, "refused"))
		add_tls_refused(line, tls);
	else
		text_add(line->out, tls->text == NULL ? tls->status : tls->text);
	text_add_char(line->out, '\n');
}

/* ---- */

void plain_event(struct text *out, const struct event *event, const struct plain_options *options)
{
	const struct line line = { .out = out, .options = options };

	switch (event->kind) {
	case EVENT_call:
		add_call(&line, event);
		break;
	case EVENT_signal:
		add_signal(&line, event);
		break;
	case EVENT_side:
		add_side_event(&line, event);
		break;
	case EVENT_say:
		add_say(&line, event);
		break;
	case EVENT_expect:
		add_expect(&line, event);
		break;
	case EVENT_error:
		add_error(&line, event);
		break;
	case EVENT_segment:
		add_segment(&line, event);
		break;
	case EVENT_state:
		add_state(&line, event);
		break;
	case EVENT_copy:
		add_copy(&line, event);
		break;
	case EVENT_tls:
		add_tls(&line, event);
		break;
	case EVENT_hello:
	case EVENT_host:
	case EVENT_fd:
	case EVENT_poke:
	case EVENT_socket:
	case EVENT_wire:
	case EVENT_answer:
	case EVENT_KIND_COUNT:
		break;
	}
}

bool plain_is_mistake(const struct event *event)
{
	return event->kind == EVENT_error || (event->kind == EVENT_expect && !event->expect.ok);
}
