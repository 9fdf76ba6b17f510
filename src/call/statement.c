/*
 *   line      = [ side ":" ] ( [ [ "int" ] name "=" ] call [ "&" ] | command ) [ comment ]
 *   call      = NAME "(" arg { "," arg } ")"   |   NAME { arg }
 *   comment   = "#" in the first column, or "#" after white space unless a digit follows
 */
#include "call/statement.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/word.h"

#define COMMAND(id_, name_, synopsis_, complete_, help_) \
	[COMMAND_##id_] = { \
		.id = COMMAND_##id_, \
		.name = name_, \
		.synopsis = synopsis_, \
		.complete = complete_, \
		.help = help_, \
	},
static const struct command_spec commands[COMMAND_COUNT] = {
#include "call/commands.def"
};
#undef COMMAND

const struct command_spec *command_spec(enum command_id id)
{
	return &commands[id];
}

const struct command_spec *command_find(const char *name, bool prefix, bool *ambiguous)
{
	const struct command_spec *found = NULL;
	size_t count = 0;

	if (ambiguous != NULL)
		*ambiguous = false;
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (*commands[i].name != *name)
			continue;
		if (string_is(commands[i].name, name))
			return &commands[i];
		if (!string_starts_with(commands[i].name, name))
			continue;
		found = &commands[i];
		count++;
	}
	if (!prefix || *name == '\0')
		return NULL;
	if (ambiguous != NULL)
		*ambiguous = count > 1;
	return count == 1 ? found : NULL;
}

static char peek(const struct cursor *cursor, size_t ahead)
{
	return cursor->at + ahead < cursor->len ? cursor->line[cursor->at + ahead] : '\0';
}

/* Names of sides, calls and commands: server.2, epoll_ctl, read-all. */
static size_t word_len(const struct cursor *cursor)
{
	size_t len = 0;

	while (isalnum((unsigned char)peek(cursor, len)) ||
	       (peek(cursor, len) != '\0' && strchr("_.-", peek(cursor, len)) != NULL))
		len++;
	return len;
}

/* side ":" and white space or the end */
static void read_side(struct statement *statement, struct cursor *cursor)
{
	size_t len = word_len(cursor);
	char after = peek(cursor, len + 1);

	if (len == 0 || peek(cursor, len) != ':' || (after != '\0' && after != ' ' && after != '\t' && after != '\r'))
		return;
	statement->side = xstrndup(cursor->line + cursor->at, len);
	statement->side_column = (int)cursor->at;
	cursor->at += len + 1;
	cursor_skip_space(cursor);
}

/* What a name would take the meaning from, or give a word two. */
static bool is_word_of_language(const char *name)
{
	static const char *const words[] = { "buf", "NULL", "received", "sizeof", "strlen", "hex", "on", "off" };
	const char *form;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (string_is(words[i], name))
			return true;
	for (size_t i = 0; (form = call_short_form(i)) != NULL; i++)
		if (string_is(form, name))
			return true;
	return constant_is_known(name) || call_find(name, false, NULL) != NULL ||
	       command_find(name, false, NULL) != NULL;
}

/* As in C: letters, digits and _, no digit first. */
static bool is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	return !isdigit((unsigned char)*name) && name[strspn(name, letters)] == '\0';
}

/* C declares what it names: int s = socket(…) */
static void skip_declaration(struct cursor *cursor)
{
	struct cursor after = *cursor;

	if (word_len(cursor) != strlen("int") || strncmp(cursor->line + cursor->at, "int", strlen("int")) != 0)
		return;
	after.at += strlen("int");
	cursor_skip_space(&after);
	if (after.at > cursor->at + strlen("int") && word_len(&after) > 0)
		*cursor = after;
}

/* name "=", but not "==" */
static bool read_name(struct statement *statement, struct cursor *cursor, struct mistake *mistake)
{
	struct cursor after = *cursor;
	size_t len = word_len(cursor);

	after.at += len;
	cursor_skip_space(&after);
	if (len == 0 || peek(&after, 0) != '=' || peek(&after, 1) == '=')
		return true;
	statement->name = xstrndup(cursor->line + cursor->at, len);
	statement->name_column = (int)cursor->at;
	if (!is_name(statement->name) || is_word_of_language(statement->name)) {
		mistake->column = statement->name_column;
		word_show(&mistake->text, statement->name);
		text_add(&mistake->text, is_name(statement->name) ?
			 " is a word of the language: choose another name" :
			 " is no name: letters, digits and _, a letter first");
		return false;
	}
	cursor->at = after.at + 1;
	cursor_skip_space(cursor);
	return true;
}

/* What sockstep prints behind a call: "= 0", "= -1 EBADF (…)", "... blocked". */
static void skip_printed_result(struct cursor *cursor)
{
	bool result = peek(cursor, 0) == '=';
	bool blocked = cursor->len - cursor->at >= 3 && memcmp(cursor->line + cursor->at, "...", 3) == 0;

	if (result || blocked)
		cursor->at = cursor->len;
}

/* "&" and the end of the line */
static bool read_end(struct statement *statement, struct cursor *cursor, struct mistake *mistake)
{
	cursor_skip_space(cursor);
	if (peek(cursor, 0) == ';')
		cursor->at++;
	cursor_skip_space(cursor);
	if (peek(cursor, 0) == '&') {
		statement->thread = true;
		cursor->at++;
		cursor_skip_space(cursor);
	}
	skip_printed_result(cursor);
	if (cursor_at_end(cursor))
		return true;
	cursor_fail(cursor, mistake, "nothing more is expected here");
	return false;
}

static bool read_call(struct statement *statement, struct cursor *cursor, struct mistake *mistake)
{
	struct cursor ahead = *cursor;
	bool in_parentheses;

	statement->kind = STATEMENT_CALL;
	cursor_skip_space(&ahead);
	in_parentheses = peek(&ahead, 0) == '(';
	if (in_parentheses)
		cursor->at = ahead.at + 1;
	if (!syntax_read_args(&statement->args, cursor, in_parentheses, mistake))
		return false;
	cursor->at += in_parentheses;
	return read_end(statement, cursor, mistake);
}

/* The end of a command's words: before a comment, quotes respected. */
static size_t end_of_command(const struct cursor *cursor)
{
	struct cursor at = *cursor;
	bool quoted = false;

	for (; at.at < at.len; at.at++) {
		char character = peek(&at, 0);

		if (quoted && character == '\\')
			at.at++;
		else if (character == '"')
			quoted = !quoted;
		else if (!quoted && cursor_at_end(&at))
			break;
	}
	return at.at < at.len ? at.at : at.len;
}

/* "&" as a last word. What stands behind `say` is text. */
static bool ends_in_thread(const struct statement *statement)
{
	size_t len = strlen(statement->rest);

	return statement->command->id != COMMAND_say && len > 0 && statement->rest[len - 1] == '&' &&
	       (len == 1 || isspace((unsigned char)statement->rest[len - 2]));
}

static bool read_command(struct statement *statement, struct cursor *cursor, struct mistake *mistake)
{
	size_t end;

	statement->kind = STATEMENT_COMMAND;
	cursor_skip_space(cursor);
	end = statement->command->id == COMMAND_say ? cursor->len : end_of_command(cursor);
	while (end > cursor->at && isspace((unsigned char)cursor->line[end - 1]))
		end--;
	statement->rest = xstrndup(cursor->line + cursor->at, end - cursor->at);
	statement->rest_column = (int)cursor->at;
	if (!ends_in_thread(statement))
		return true;
	cursor->at = end - 1;
	cursor_fail(cursor, mistake, "& makes a call in a further thread (accept 3 &); %s is no call: leave it out",
		    statement->command->name);
	return false;
}

/* The calls and commands that begin with the word: as many as are known, the first of each. */
struct candidates {
	const struct call_spec *call;
	const struct command_spec *command;
	size_t count;
};

static struct candidates candidates_of(const char *word, bool prefix)
{
	struct candidates found = { .call = call_find(word, false, NULL), .command = command_find(word, false, NULL) };
	bool calls, commands_too;

	if (found.call != NULL || found.command != NULL || !prefix) {
		found.count = found.call != NULL || found.command != NULL;
		return found;
	}
	found.call = call_find(word, true, &calls);
	found.command = command_find(word, true, &commands_too);
	found.count = (size_t)(found.call != NULL) + (size_t)(found.command != NULL) + (calls ? 2 : 0) +
		      (commands_too ? 2 : 0);
	return found;
}

static void add_candidate(struct text *out, const char *name, const char *word, size_t *count)
{
	if (!string_starts_with(name, word))
		return;
	text_add(out, *count == 0 ? ": " : ", ");
	text_add(out, name);
	++*count;
}

static void say_ambiguous(struct text *message, const char *word)
{
	size_t count = 0;

	text_addf(message, "%s is the beginning of more than one name", word);
	for (int i = 0; i < CALL_COUNT; i++)
		add_candidate(message, call_spec((enum call_id)i)->name, word, &count);
	for (int i = 0; i < COMMAND_COUNT; i++)
		add_candidate(message, command_spec((enum command_id)i)->name, word, &count);
}

/* What is there in other programs, and what one types here instead; NULL: nothing is known. */
static const char *said_here(const char *word)
{
	static const struct {
		const char *there, *here;
	} words[] = {
		{ "exit", "`quit` ends sockstep, `_exit 0` a side" },
		{ "bye", "`quit` ends sockstep" },
		{ "logout", "`quit` ends sockstep" },
		{ "man", "`help connect` says what a call takes, and names its manual page" },
		{ "ls", "`fds` lists the descriptors of the side" },
		{ "lsof", "`fds` lists the descriptors of the side, `sockets` all sockets" },
		{ "ss", "`sockets` lists the sockets, `sockets all` everybody's" },
		{ "netstat", "`sockets` lists the sockets, `sockets all` everybody's" },
		{ "tcpdump", "`segments` lists what passed on the wire, `ladder` draws it" },
		{ "strace", "`set syscalls on` prints calls in strace's form" },
		{ "sleep", "`wait 1s` waits a second" },
		{ "echo", "`say` says something; `serve 3 echo` answers as an echo server" },
		{ "print", "`fds` and `sockets` show what there is" },
		{ "hold", "`wire hold` holds what is on the wire" },
		{ "flow", "`wire flow` lets the wire go on" },
		{ "next", "`step` delivers the next segment that is held" },
		{ "closesocket", "here it is `close`" },
		{ "undo", "`reset` begins afresh, `back` goes a step back in a lesson" },
	};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (string_is(words[i].there, word))
			return words[i].here;
	return NULL;
}

static void say_unknown(struct text *message, const char *word)
{
	struct nearest nearest = nearest_to(word);

	if (said_here(word) != NULL) {
		text_addf(message, "%s is no call and no command; %s", word, said_here(word));
		return;
	}
	for (int i = 0; i < CALL_COUNT; i++)
		nearest_try(&nearest, call_spec((enum call_id)i)->name);
	for (int i = 0; i < COMMAND_COUNT; i++)
		nearest_try(&nearest, command_spec((enum command_id)i)->name);
	word_show(message, word);
	text_add(message, " is no call and no command");
	if (nearest.name != NULL)
		nearest_suggest(message, &nearest);
	else
		text_add(message, " (help lists them)");
}

static bool read_verb(struct statement *statement, struct cursor *cursor, bool prefix, struct mistake *mistake)
{
	size_t len = word_len(cursor);
	char *word = xstrndup(cursor->line + cursor->at, len);
	struct candidates found = candidates_of(word, prefix);

	statement->column = mistake->column = (int)cursor->at;
	if (*word == '\0')
		text_add(&mistake->text, "a call or a command is expected here (help lists them)");
	else if (found.count > 1)
		say_ambiguous(&mistake->text, word);
	else if (found.count == 0)
		say_unknown(&mistake->text, word);
	statement->call = found.call;
	statement->command = found.command;
	free(word);
	cursor->at += len;
	return found.count == 1;
}

static bool read_line(struct statement *statement, struct cursor *cursor, bool prefix, struct mistake *mistake)
{
	cursor_skip_space(cursor);
	if (cursor_at_end(cursor) || peek(cursor, 0) == '#')
		return true;
	read_side(statement, cursor);
	if (cursor_at_end(cursor)) {
		statement->kind = STATEMENT_SIDE;
		return true;
	}
	skip_declaration(cursor);
	if (!read_name(statement, cursor, mistake) || !read_verb(statement, cursor, prefix, mistake))
		return false;
	if (statement->call != NULL)
		return read_call(statement, cursor, mistake);
	if (statement->name != NULL) {
		mistake->column = statement->name_column;
		text_addf(&mistake->text, "only a call gives a descriptor that can be named; %s is a command",
			  statement->command->name);
		return false;
	}
	return read_command(statement, cursor, mistake);
}

bool statement_read(struct statement *statement, const char *line, size_t len, bool prefix, struct mistake *mistake)
{
	struct cursor cursor = { .line = line, .len = len };
	const char *nul = memchr(line, '\0', len);

	*statement = (struct statement){ 0 };
	if (nul != NULL) {
		cursor.at = (size_t)(nul - line);
		cursor_fail(&cursor, mistake, "a NUL byte stands here; in data it is written \\x00");
		return false;
	}
	if (read_line(statement, &cursor, prefix, mistake))
		return true;
	statement_release(statement);
	return false;
}

void statement_release(struct statement *statement)
{
	free(statement->side);
	free(statement->name);
	free(statement->rest);
	syntax_list_release(&statement->args);
	*statement = (struct statement){ 0 };
}

bool call_read(struct call *call, const char *line, struct mistake *mistake)
{
	struct statement statement;
	bool ok;

	*call = (struct call){ 0 };
	if (!statement_read(&statement, line, strlen(line), false, mistake))
		return false;
	if (statement.kind != STATEMENT_CALL || statement.side != NULL || statement.name != NULL || statement.thread) {
		text_add(&mistake->text, "one call alone is expected");
		ok = false;
	} else {
		ok = call_bind(call, statement.call, &statement.args, NULL, mistake);
	}
	statement_release(&statement);
	return ok;
}
