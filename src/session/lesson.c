#include "session/lesson.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "call/word.h"
#include "session/bounds.h"
#include "session/context.h"
#include "session/lesson_names.h"

static bool is_path(const char *name)
{
	size_t len = strlen(name);

	return strchr(name, '/') != NULL ||
	       (len > strlen(LESSON_EXTENSION) &&
		string_is(name + len - strlen(LESSON_EXTENSION), LESSON_EXTENSION));
}

static bool is_plain_name(const char *name)
{
	for (const char *at = name; *at != '\0'; at++)
		if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_')
			return false;
	return *name != '\0';
}

static void say_none(struct text *message, const char *name)
{
	struct nearest nearest = nearest_to(name);
	struct lesson_names names;

	lesson_names_init(&names);
	for (size_t i = 0; i < names.count; i++)
		nearest_try(&nearest, names.items[i]);
	text_add(message, "there is no lesson ");
	word_show(message, name);
	if (nearest.name == NULL)
		text_add(message, " (lesson lists them)");
	nearest_suggest(message, &nearest);
	lesson_names_release(&names);
}

static bool find(struct lesson *lesson, const char *name, struct text *message)
{
	char *where;

	lesson->stranger = is_path(name);
	if (lesson->stranger) {
		lesson->path = xstrdup(name);
		return true;
	}
	where = is_plain_name(name) ? lesson_folder() : NULL;
	if (where != NULL)
		lesson->path = text_format("%s/%s" LESSON_EXTENSION, where, name);
	free(where);
	if (lesson->path != NULL && access(lesson->path, R_OK) == 0)
		return true;
	say_none(message, name);
	return false;
}

/* ---- what is in it ---- */

/* "# NAME: what it teaches" */
static const char *teaches_of(const char *line)
{
	const char *colon = strchr(line, ':');

	if (line[0] != '#' || line[1] != ' ' || colon == NULL)
		return NULL;
	return colon + 1 + strspn(colon + 1, " ");
}

static void find_steps(struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->script.count; i++) {
		const char *title = script_line_heading(&lesson->script.lines[i]);

		if (title == NULL)
			continue;
		lesson->steps = array_grow(lesson->steps, lesson->count, &lesson->room, sizeof(*lesson->steps));
		lesson->steps[lesson->count++] = (struct lesson_step){ title, i };
	}
}

static bool lines_fit(const struct lesson *lesson, struct text *message)
{
	for (size_t i = 0; i < lesson->script.count; i++)
		if (lesson->script.lines[i].len > LESSON_LINE_MAX) {
			text_addf(message, "line %d has more than %d bytes", lesson->script.lines[i].number,
				  LESSON_LINE_MAX);
			return false;
		}
	return true;
}

static bool read_lesson(struct lesson *lesson, struct text *message)
{
	struct text bytes;
	bool ok;

	text_init(&bytes);
	ok = file_read_whole(lesson->path, LESSON_BYTES_MAX, &bytes, message);
	if (ok)
		script_add_text(&lesson->script, bytes.data, bytes.len);
	text_release(&bytes);
	if (!ok || !lines_fit(lesson, message))
		return false;
	if (lesson->script.count == 0 || teaches_of(lesson->script.lines[0].text) == NULL) {
		text_add(message, "the first line of a lesson says what it teaches: # NAME: what it teaches");
		return false;
	}
	lesson->teaches = xstrdup(teaches_of(lesson->script.lines[0].text));
	find_steps(lesson);
	if (lesson->count > LESSON_STEPS_MAX)
		text_addf(message, "a lesson has at most %d steps, this one %zu", LESSON_STEPS_MAX, lesson->count);
	return lesson->count <= LESSON_STEPS_MAX;
}

bool lesson_open(struct lesson *lesson, const char *name, struct text *message)
{
	*lesson = (struct lesson){ .name = xstrdup(name) };
	script_init(&lesson->script, name);
	if (find(lesson, name, message) && read_lesson(lesson, message))
		return true;
	lesson_release(lesson);
	return false;
}

void lesson_release(struct lesson *lesson)
{
	script_release(&lesson->script);
	free(lesson->name);
	free(lesson->path);
	free(lesson->teaches);
	free(lesson->steps);
	*lesson = (struct lesson){ 0 };
}

size_t lesson_step_of(const struct lesson *lesson, size_t line)
{
	size_t step = 0;

	for (size_t i = 0; i < lesson->count; i++)
		if (lesson->steps[i].first <= line)
			step = i;
	return step;
}

/* ---- what a stranger's may not have ---- */

/* What lies in the file system, whatever word stands before it. */
static bool names_file(const struct syntax_list *words)
{
	for (size_t i = 0; i < words->count; i++) {
		const struct syntax *word = &words->items[i];

		if (word->kind == SYNTAX_FILE || names_file(&word->list))
			return true;
	}
	return false;
}

/* A UNIX address with a path; an abstract name belongs to the host's network stack, and so to the lab. */
static bool is_path_address(const struct value *value)
{
	const struct sockaddr_un *un = &value->address.un;

	return value->kind == VALUE_ADDRESS && un->sun_family == AF_UNIX &&
	       value->address.len > offsetof(struct sockaddr_un, sun_path) && un->sun_path[0] != '\0';
}

/* Other families know nothing of network namespaces, or reach hardware. */
static bool is_family_of_lab(long long family)
{
	return family == AF_INET || family == AF_INET6 || family == AF_UNIX || family == AF_PACKET;
}

static const char *fault_of_bound(const struct call *call)
{
	if ((call->spec->id == CALL_socket || call->spec->id == CALL_socketpair) &&
	    !is_family_of_lab(call->args[0].number))
		return "a socket of this family leaves the lab";
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (is_path_address(&call->args[i]))
			return "a UNIX socket with a path touches a file";
	return NULL;
}

/* A call that cannot be bound is a mistake, which is told elsewhere. */
static const char *fault_of_call(const struct statement *statement)
{
	struct call_context context = context_of_check();
	const char *fault = NULL;
	struct mistake mistake;
	struct call call;

	if (statement->call->id == CALL_open)
		return "open() touches a file";
	if (string_starts_with(statement->call->name, "SSL_"))
		return "TLS reads certificates";
	if (names_file(&statement->args))
		return "this reads a file";
	mistake_init(&mistake);
	if (call_bind(&call, statement->call, &statement->args, &context, &mistake)) {
		fault = fault_of_bound(&call);
		call_release(&call);
	}
	mistake_release(&mistake);
	return fault;
}

/* Every command is here, so that none is forgotten when there is a new one. */
static const char *fault_of_command(enum command_id id)
{
	switch (id) {
	case COMMAND_run: return "run reads a file";
	case COMMAND_save: return "save writes a file";
	case COMMAND_screenshot: return "screenshot writes a file";
	case COMMAND_send_file: return "send-file reads a file";
	case COMMAND_lesson: return "lesson reads a file";
	case COMMAND_tls: return "tls reads certificates";
	case COMMAND_back: return "back belongs to the person at the prompt";
	case COMMAND_interact: return "interact belongs to the person at the prompt";
	case COMMAND_relay: return "relay goes on for as long as it likes";
	case COMMAND_serve: return "serve goes on for as long as it likes";
	case COMMAND_help: case COMMAND_quit: case COMMAND_sides: case COMMAND_side: case COMMAND_interrupt:
	case COMMAND_wait: case COMMAND_fds: case COMMAND_sockets: case COMMAND_ports: case COMMAND_info:
	case COMMAND_history: case COMMAND_why: case COMMAND_starttls: case COMMAND_read_all: case COMMAND_read_until:
	case COMMAND_host: case COMMAND_reset: case COMMAND_sysctl: case COMMAND_wire: case COMMAND_step:
	case COMMAND_deliver: case COMMAND_drop: case COMMAND_duplicate: case COMMAND_corrupt: case COMMAND_inject:
	case COMMAND_cut: case COMMAND_mend: case COMMAND_segments: case COMMAND_ladder: case COMMAND_expect:
	case COMMAND_say: case COMMAND_pause: case COMMAND_ask: case COMMAND_repeat: case COMMAND_for:
	case COMMAND_if: case COMMAND_else: case COMMAND_end: case COMMAND_set: case COMMAND_COUNT:
		break;
	}
	return NULL;
}

/* The words of a command, of which none reads a file but these; a further one is not forgotten so. */
static const char *fault_of_words(const struct statement *statement)
{
	struct cursor cursor = { .line = statement->rest, .len = strlen(statement->rest) };
	struct syntax_list words;
	struct mistake mistake;
	bool file = false;

	if (statement->command->id == COMMAND_say)
		return NULL;
	mistake_init(&mistake);
	if (syntax_read_args(&words, &cursor, false, &mistake)) {
		file = names_file(&words);
		syntax_list_release(&words);
	}
	mistake_release(&mistake);
	return file ? "this names a file" : NULL;
}

static const char *fault_of(const struct statement *statement)
{
	const char *fault = NULL;

	if (statement->kind == STATEMENT_CALL)
		return fault_of_call(statement);
	if (statement->kind == STATEMENT_COMMAND)
		fault = fault_of_command(statement->command->id);
	if (statement->kind == STATEMENT_COMMAND && fault == NULL)
		fault = fault_of_words(statement);
	return fault;
}

const char *lesson_fault(const char *line, size_t len)
{
	struct statement statement;
	struct mistake mistake;
	const char *fault = NULL;

	mistake_init(&mistake);
	if (statement_read(&statement, line, len, false, &mistake)) {
		fault = fault_of(&statement);
		statement_release(&statement);
	}
	mistake_release(&mistake);
	return fault;
}

static void tell_fault(struct session *session, const struct lesson *lesson, const struct script_line *line,
		       const char *fault)
{
	struct event event;

	event_init(&event, EVENT_error);
	event.error.text = text_format("%s, which a lesson from elsewhere may not (--trust allows it)", fault);
	event.error.file = xstrdup(lesson->name);
	event.error.line = line->number;
	event.error.column = (int)strspn(line->text, " \t");
	event.error.source = xstrdup(line->text);
	session_emit(session, &event);
}

struct searching {
	const struct lesson *lesson;
	struct session *session;
	const struct script_line *told; /* the last one with a fault: it is told once */
	bool harmless;
};

static void search_line(void *context, const struct script_line *line, const struct text *text)
{
	struct searching *searching = context;
	const char *fault = line->kind == LINE_PLAIN ? lesson_fault(text->data, text->len) : NULL;

	if (fault == NULL)
		return;
	if (searching->told != line)
		tell_fault(searching->session, searching->lesson, line, fault);
	searching->told = line;
	searching->harmless = false;
}

bool lesson_is_harmless(const struct lesson *lesson, struct session *session, struct text *message)
{
	struct searching searching = { .lesson = lesson, .session = session, .harmless = true };

	if (!script_visit(&lesson->script, search_line, &searching)) {
		text_addf(message, "its blocks come to more than %d lines, which a lesson from elsewhere may not have",
			  SCRIPT_VISITS_MAX);
		return false;
	}
	if (!searching.harmless)
		text_add(message, "no line of it was run");
	return searching.harmless;
}

/* ---- the list ---- */

bool lesson_list(void (*tell)(void *context, const char *name, const char *teaches), void *context)
{
	struct lesson_names names;
	bool found = lesson_names_init(&names);

	for (size_t i = 0; i < names.count; i++) {
		struct lesson lesson;
		struct text message;

		text_init(&message);
		if (lesson_open(&lesson, names.items[i], &message)) {
			tell(context, names.items[i], lesson.teaches);
			lesson_release(&lesson);
		}
		text_release(&message);
	}
	lesson_names_release(&names);
	return found;
}
