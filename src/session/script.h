/*
 * Lines to be run one after the other: of a file, of -e, of standard input. A script is understood as a whole before
 * its first line runs.
 *
 *	repeat N … end                  the lines between, N times
 *	for NAME in WORD… … end         the lines between for each word, which $NAME stands for
 *	if EXPECTATION … [else …] end   the lines between, if it holds at that moment
 *
 * $1, $2 … are the words behind the script's name. A $ before anything else is a $. A block's name is known between its
 * `for` and its `end`, and hides one of that name outside.
 */
#ifndef SOCKSTEP_SESSION_SCRIPT_H
#define SOCKSTEP_SESSION_SCRIPT_H

#include "base/text.h"
#include "session/session.h"

/* A file has at most so many bytes. */
enum { SCRIPT_BYTES_MAX = 16 << 20 };
/* Blocks in blocks, and scripts that run scripts. */
enum { SCRIPT_BLOCKS_MAX = 16, SCRIPT_DEPTH_MAX = 16 };
enum { SCRIPT_REPEAT_MAX = 100000 };
/* A line is understood with every word of the blocks it stands in; so many of these are looked at. */
enum { SCRIPT_VISITS_MAX = 100000 };

enum line_kind { LINE_PLAIN, LINE_REPEAT, LINE_FOR, LINE_IF, LINE_ELSE, LINE_END };

enum script_place { SCRIPT_ANYWHERE, SCRIPT_LAB, SCRIPT_LOCAL, SCRIPT_NETNS };

struct script_line {
	char *text;         /* (owned) NUL-terminated */
	size_t len;
	int number;         /* from 1 */
	enum line_kind kind;
	size_t partner; /* of a block's beginning: its else or end; of else: its end; of end: the block's beginning */
};

struct variable {
	char *name, *value; /* (owned) */
};

struct variables {
	struct variable *items; /* (owned) */
	size_t count, room;
};

struct script {
	char *name;                /* (owned) of the file, "-e", "standard input" */
	struct script_line *lines; /* (owned) */
	size_t count, room;
	struct variables arguments; /* $1, $2 … */
};

void script_init(struct script *script, const char *name);
void script_release(struct script *script);
/* The next of $1, $2 … */
void script_add_argument(struct script *script, const char *value);
/* Adds the lines of a text; a byte order mark at the very beginning is none of them. */
void script_add_text(struct script *script, const char *text, size_t len);
/* Where its first statement ends: at a ; outside of strings and comments, or at its end. */
size_t script_statement_len(const char *text);
/* Adds the statements of one -e, which ; separates where it stands in no string. */
void script_add_statements(struct script *script, const char *text);
/* The lines of a file. False with a message. */
bool script_read(struct script *script, const char *path, struct text *message);
/* Where its first line, "#!… sockstep --lab …", --local or --netns NAME, says that it runs, as `save` writes it. */
enum script_place script_place(const struct script *script);
/* Of SCRIPT_NETNS the word behind --netns, to be freed. */
char *script_netns(const struct script *script);
/* Finds the blocks, and understands every line; the mistakes are told as events. */
bool script_check(struct script *script, struct session *session);

/* The value of a name, newest first; NULL: none. */
const char *variable_value(const struct variables *variables, const char *name, size_t len);
void variable_set(struct variables *variables, const char *name, const char *value);
/* A further one, which hides those of its name until it is taken off again. */
void variable_push(struct variables *variables, const char *name, const char *value);
void variable_pop(struct variables *variables);
void variables_release(struct variables *variables);
/* The line with every $NAME that is known replaced. */
void script_substitute(struct text *out, const struct variables *arguments, const struct variables *names,
		       const struct script_line *line);

/* Shows every line to `visit`, as often as there are different words that it can be run with. False: there are more
 * than SCRIPT_VISITS_MAX, and the rest was not shown. The blocks were found (script_check). */
typedef void script_visitor(void *context, const struct script_line *line, const struct text *text);
bool script_visit(const struct script *script, script_visitor *visit, void *context);

/* "repeat N": how often; false if it is not written so. `text` is the line after substitution. */
bool script_repeat_count(const char *text, long *count);
/* "for NAME in WORD…": the name, and the word number `index` (from 0); false: there is none of that number. Both are
 * the caller's to free. */
bool script_for_word(const char *text, size_t index, char **name, char **word);
/* "## TITLE", a comment in any script, begins a step of a lesson: the title; NULL: the line is none. */
const char *script_line_heading(const struct script_line *line);
/* What stands behind "if". */
const char *script_if_text(const char *text);

#endif
