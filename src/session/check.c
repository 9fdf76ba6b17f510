#include "session/check.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lab/wire_rules.h"
#include "session/expect.h"
#include "session/saved.h"
#include "session/settings.h"
#include "session/topic.h"
#include "session/words.h"

/* The words of a command, and where what is wrong with them goes. */
struct checking {
	const struct statement *statement;
	const struct syntax_list *words;
	struct mistake *mistake;
};

static const char *word_at(const struct checking *checking, size_t index)
{
	return word_text(checking->words, index);
}

static bool wrong(const struct checking *checking, size_t index, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static bool wrong(const struct checking *checking, size_t index, const char *format, ...)
{
	const struct statement *statement = checking->statement;
	va_list args;

	va_start(args, format);
	text_addv(&checking->mistake->text, format, args);
	va_end(args);
	checking->mistake->column = index < checking->words->count ?
				    checking->words->items[index].column :
				    statement->rest_column + (int)strlen(statement->rest);
	return false;
}

static bool used_so(const struct checking *checking, size_t index)
{
	const struct command_spec *spec = checking->statement->command;

	return wrong(checking, index, "it is used so: %s%s%s", spec->name, *spec->synopsis == '\0' ? "" : " ",
		     spec->synopsis);
}

static bool is_number(const char *word)
{
	return word != NULL && *word != '\0' && strspn(word, "0123456789") == strlen(word);
}

static bool is_positive(const char *word)
{
	return is_number(word) && strtoll(word, NULL, 10) > 0;
}

/* ---- one function for each that has more to it than a number of words ---- */

static bool check_topic(const struct checking *checking)
{
	struct text ignored, message;
	bool known;

	text_init(&ignored);
	text_init(&message);
	known = topic_tell(&ignored, checking->words, &message) || wrong(checking, 0, "%s", message.data);
	text_release(&ignored);
	text_release(&message);
	return known;
}

static bool check_side(const struct checking *checking)
{
	const char *second = word_at(checking, 1);
	size_t most = 1;

	if (second != NULL && string_is(second, "on"))
		most = 3;
	if (most == 3 && checking->words->count < 3)
		return used_so(checking, 2);
	if (checking->words->count > most && word_at(checking, most) != NULL &&
	    string_is(word_at(checking, most), "unprivileged"))
		most++;
	return checking->words->count <= most || used_so(checking, most);
}

static bool check_thread(const struct checking *checking)
{
	const char *word = word_at(checking, 0), *slash = word == NULL ? NULL : strchr(word, '/');

	return slash == NULL || is_positive(slash + 1) ||
	       wrong(checking, 0, "a thread's number stands behind the slash, as in server/2");
}

static bool check_time(const struct checking *checking)
{
	const char *word = word_at(checking, 0);
	double seconds;

	return word == NULL || !isdigit((unsigned char)*word) || word_is_time(word, &seconds) ||
	       wrong(checking, 0, "a time is such as 1.5s or 200ms, at most a day");
}

static bool check_segment(const struct checking *checking)
{
	const char *word = word_at(checking, 0);

	return checking->words->count == 0 || (word != NULL && *word == '#' && is_positive(word + 1)) ||
	       wrong(checking, 0, "a segment is named by its number, such as #3");
}

static bool check_until(const struct checking *checking)
{
	const struct statement *statement = checking->statement;
	const char *text = statement->rest + strlen("until");
	struct expectation expectation;

	text += strspn(text, " \t");
	if (expectation_read(&expectation, text, checking->mistake)) {
		expectation_release(&expectation);
		return true;
	}
	checking->mistake->column += (int)(statement->rest_column + (text - statement->rest));
	return false;
}

static bool check_step(const struct checking *checking)
{
	const char *word = word_at(checking, 0);

	if (checking->words->count == 0)
		return true;
	if (word != NULL && string_is(word, "until"))
		return check_until(checking);
	if (!is_positive(word))
		return wrong(checking, 0, "how many steps? a number, or `until` and an expectation");
	return checking->words->count == 1 || used_so(checking, 1);
}

static bool check_wire_value(const struct checking *checking, enum wire_setting setting)
{
	const char *value = word_at(checking, 1);
	struct text message;
	double parsed;
	bool ok;

	text_init(&message);
	ok = value == NULL ? used_so(checking, 1) : wire_value_parse(setting, value, &parsed, &message);
	if (value != NULL && !ok)
		wrong(checking, 1, "%s", message.data);
	text_release(&message);
	return ok;
}

static bool check_wire(const struct checking *checking)
{
	const char *word = word_at(checking, 0);
	enum wire_setting setting;

	if (checking->words->count == 0)
		return true;
	if (word != NULL && (string_is(word, "hold") || string_is(word, "flow")))
		return checking->words->count == 1 || used_so(checking, 1);
	if (word != NULL && string_is(word, "seed"))
		return checking->words->count == 2 || wrong(checking, 1, "a seed is a number");
	if (word == NULL || !wire_setting_find(word, &setting))
		return wrong(checking, 0, "the wire can hold and flow; what can be set is delay, jitter, loss, "
			     "duplicate, reorder, rate, queue, mtu, seed");
	return check_wire_value(checking, setting);
}

static bool check_inject(const struct checking *checking)
{
	const char *arrow = word_at(checking, 1);

	return (arrow != NULL && string_is(arrow, ">")) ||
	       wrong(checking, 1, "it is written so: inject client > server:80 RST");
}

static bool check_text(const struct checking *checking)
{
	return checking->words->items[1].kind == SYNTAX_STRING ||
	       wrong(checking, 1, "the text is written in quotes, such as \"\\r\\n\\r\\n\"");
}

static bool check_set(const struct checking *checking)
{
	const char *name = word_at(checking, 0), *value = word_at(checking, 1);
	const struct setting *setting = name == NULL ? NULL : setting_find(name);

	if (checking->words->count == 0)
		return true;
	if (setting == NULL)
		return wrong(checking, 0, "there is no such setting (set alone lists them)");
	if (checking->words->count < 2)
		return used_so(checking, 1);
	return (value != NULL && setting_takes(setting, value)) ||
	       wrong(checking, 1, "%s is set to %s", setting->name, setting->values);
}

static bool names_file(const struct checking *checking)
{
	return word_at(checking, 0) != NULL || wrong(checking, 0, "the name of a file is expected here");
}

static bool check_save(const struct checking *checking)
{
	const char *second = word_at(checking, 1);
	bool expectations = checking->words->count > 1;
	enum saved_session as;
	struct text message;
	bool ok;

	if (!names_file(checking))
		return false;
	if (expectations && (second == NULL || !string_is(second, "expectations")))
		return wrong(checking, 1, "behind the file may stand: expectations");
	text_init(&message);
	ok = saved_as_session(word_at(checking, 0), expectations, &as, &message) ||
	     wrong(checking, 0, "%s", message.data);
	text_release(&message);
	return ok;
}

static bool check_screenshot(const struct checking *checking)
{
	size_t columns, rows;
	enum saved_screen as;
	struct text message;
	bool ok;

	if (!names_file(checking))
		return false;
	if (checking->words->count > 1 &&
	    (word_at(checking, 1) == NULL || !saved_size_read(word_at(checking, 1), &columns, &rows)))
		return wrong(checking, 1, "a size is such as 80x24 or 160x45");
	text_init(&message);
	ok = saved_as_screen(word_at(checking, 0), &as, &message) || wrong(checking, 0, "%s", message.data);
	text_release(&message);
	return ok;
}

/* Whom TLS is to trust is for the handshake, which is a line of its own. */
static bool check_starttls(const struct checking *checking)
{
	return checking->words->count == 2 ||
	       wrong(checking, 2, "starttls only asks for TLS: what TLS takes stands in the line after it, "
		     "tls 3 NAME ca=FILE");
}

/* Those that take no words need no row; neither do those that are looked at where they are read: expect, ask, and what
 * a script's blocks are made of. */
static const struct {
	size_t least, most;
	bool (*check)(const struct checking *checking);
} checks[COMMAND_COUNT] = {
	[COMMAND_help] = { 0, 3, check_topic },
	[COMMAND_side] = { 1, 4, check_side },
	[COMMAND_interrupt] = { 0, 1, check_thread },
	[COMMAND_wait] = { 0, 1, check_time },
	[COMMAND_fds] = { 0, 1, NULL },
	[COMMAND_sockets] = { 0, 1, NULL },
	[COMMAND_info] = { 1, 2, NULL },
	[COMMAND_history] = { 1, 2, NULL },
	[COMMAND_why] = { 0, 2, NULL },
	[COMMAND_tls] = { 1, 10, NULL },
	[COMMAND_starttls] = { 2, 10, check_starttls },
	[COMMAND_read_all] = { 1, 1, NULL },
	[COMMAND_read_until] = { 2, 2, check_text },
	[COMMAND_send_file] = { 2, 2, NULL },
	[COMMAND_interact] = { 1, 4, NULL },
	[COMMAND_relay] = { 2, 3, NULL },
	[COMMAND_serve] = { 2, 2, NULL },
	[COMMAND_host] = { 2, 18, NULL },
	[COMMAND_sysctl] = { 2, 64, NULL },
	[COMMAND_wire] = { 0, 5, check_wire },
	[COMMAND_step] = { 0, 64, check_step },
	[COMMAND_deliver] = { 1, 1, check_segment },
	[COMMAND_drop] = { 0, 1, check_segment },
	[COMMAND_duplicate] = { 0, 1, check_segment },
	[COMMAND_corrupt] = { 0, 1, check_segment },
	[COMMAND_inject] = { 3, 16, check_inject },
	[COMMAND_cut] = { 1, 1, NULL },
	[COMMAND_mend] = { 1, 1, NULL },
	[COMMAND_segments] = { 0, 1, check_segment },
	[COMMAND_ladder] = { 0, 2, NULL },
	[COMMAND_lesson] = { 0, 64, NULL },
	[COMMAND_run] = { 1, 64, names_file },
	[COMMAND_save] = { 1, 2, check_save },
	[COMMAND_screenshot] = { 1, 2, check_screenshot },
	[COMMAND_set] = { 0, 2, check_set },
};

bool check_words(const struct statement *statement, const struct syntax_list *words, struct mistake *mistake)
{
	const struct checking checking = { .statement = statement, .words = words, .mistake = mistake };
	enum command_id id = statement->command->id;
	bool has_row = checks[id].most > 0;

	if (!has_row && *statement->command->synopsis != '\0')
		return true;
	if (words->count < checks[id].least)
		return used_so(&checking, words->count);
	if (words->count > checks[id].most)
		return used_so(&checking, checks[id].most);
	return checks[id].check == NULL || checks[id].check(&checking);
}
