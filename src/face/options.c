#include "face/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "call/arguments.h"
#include "face/options_remote.h"
#include "face/safe.h"

/* What getopt_long() answers for the row number N of the table: beyond every letter. */
enum { FIRST_ROW = 256 };

static bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool complain(const char *format, ...)
{
	char *whole = text_format("%s (sockstep -h lists the options)", format);
	va_list args;

	va_start(args, format);
	safe_say_error(whole, args);
	va_end(args);
	free(whole);
	return false;
}

/* ---- what each does ---- */

static void add_statement(struct options *options, const char *statement)
{
	options->statements = array_grow(options->statements, options->statement_count, &options->statement_room,
					 sizeof(*options->statements));
	options->statements[options->statement_count++] = statement;
}

static bool take_link(struct options *options, const char *link)
{
	options->link = link;
	return string_is(link, "tun") || string_is(link, "veth") || complain("--link is tun or veth, not %s", link);
}

static bool take_seed(struct options *options, const char *number)
{
	char *end;

	options->seed = strtoull(number, &end, 0);
	return (*number != '\0' && *end == '\0') || complain("--seed takes a number, not %s", number);
}

static bool take_step(struct options *options, const char *number)
{
	char *end;

	options->from = strtol(number, &end, 10);
	return (*end == '\0' && options->from >= 1) || complain("--from takes the number of a step, not %s", number);
}

/* ncat's -e runs a program; ours runs a line. */
static bool take_line(struct options *options, const char *line)
{
	if (*line == '/')
		return complain("-e runs a line of sockstep's; running a program (%s) is not offered", line);
	add_statement(options, line);
	return true;
}

static bool *flag_of(struct options *options, enum argument_id id)
{
	const struct {
		enum argument_id id;
		bool *flag;
	} flags[] = {
		{ ARGUMENT_plain, &options->plain },       { ARGUMENT_json, &options->json },
		{ ARGUMENT_syscalls, &options->syscalls }, { ARGUMENT_time, &options->time },
		{ ARGUMENT_trust, &options->trust },       { ARGUMENT_no_history, &options->no_history },
		{ ARGUMENT_practice, &options->practice }, { ARGUMENT_help, &options->help },
		{ ARGUMENT_version, &options->version },
	};

	for (size_t i = 0; i < COUNT_OF(flags); i++)
		if (flags[i].id == id)
			return flags[i].flag;
	return NULL;
}

/* Is it about the remote service? False: its value is wrong, which is said. */
static bool take_remote(struct options *options, enum argument_id id, const char *value, bool *known)
{
	struct text message;
	bool ok;

	text_init(&message);
	ok = options_remote_take(&options->remote, id, value, known, &message) || complain("%s", message.data);
	text_release(&message);
	return ok;
}

static bool take(struct options *options, enum argument_id id, const char *value)
{
	bool *flag = flag_of(options, id), known;

	if (!take_remote(options, id, value, &known))
		return false;
	if (known)
		return true;
	if (flag != NULL)
		*flag = true;
	else if (id == ARGUMENT_line)
		return take_line(options, value);
	else if (id == ARGUMENT_link)
		return take_link(options, value);
	else if (id == ARGUMENT_seed)
		return take_seed(options, value);
	else if (id == ARGUMENT_file)
		options->file = value;
	else if (id == ARGUMENT_lesson)
		options->lesson = value;
	else if (id == ARGUMENT_from)
		return take_step(options, value);
	else if (id == ARGUMENT_lab)
		options->place = PLACE_LAB;
	else if (id == ARGUMENT_local)
		options->place = PLACE_LOCAL;
	return true;
}

/* ---- getopt_long's own tables, from ours ---- */

static void fill_tables(char letters[2 * ARGUMENT_COUNT + 3], struct option names[ARGUMENT_COUNT + 1])
{
	size_t letter_count = 0, name_count = 0;

	/* What is no option comes in its order, as if it was one: HOST PORT may stand before -v, as people type it. */
	letters[letter_count++] = '-';
	letters[letter_count++] = ':';
	for (int i = 0; i < ARGUMENT_COUNT; i++) {
		const struct argument_spec *spec = argument_spec((enum argument_id)i);
		/* What is refused takes nothing: its sentence is said at once. */
		bool takes = spec->argument != NULL && spec->status == ARGUMENT_NOW;
		bool may_take = takes && argument_may_be_left_out(spec);

		if (spec->letter != '\0') {
			letters[letter_count++] = spec->letter;
			if (takes)
				letters[letter_count++] = ':';
		}
		if (spec->name != NULL)
			names[name_count++] = (struct option){
				.name = spec->name,
				.has_arg = may_take ? optional_argument : takes ? required_argument : no_argument,
				.val = FIRST_ROW + i,
			};
	}
	letters[letter_count] = '\0';
	names[name_count] = (struct option){ 0 };
}

/* getopt_long() is not to say so itself: it would write the word as it stands. */
static bool complain_about(int answer, const char *word)
{
	if (answer == ':')
		return complain("%s takes an argument", word);
	if (optopt >= FIRST_ROW)
		return complain("--%s takes no argument", argument_spec((enum argument_id)(optopt - FIRST_ROW))->name);
	if (optopt != 0)
		return complain("there is no option -%c", optopt);
	return complain("there is no option %s, or more than one begins so", word);
}

static bool take_answer(struct options *options, int answer, const char *value)
{
	const struct argument_spec *spec;

	if (answer >= FIRST_ROW)
		spec = argument_spec((enum argument_id)(answer - FIRST_ROW));
	else
		spec = argument_by_letter((char)answer);
	if (spec->status != ARGUMENT_NOW)
		return complain("%s", spec->help);
	return take(options, spec->id, value);
}

/* The first word that is no option: with -f all from there on is the script's. */
static bool ends_options(const struct options *options, int answer)
{
	return answer == -1 || (answer == 1 && options->file != NULL);
}

static bool take_place(struct options *options, char *const words[], size_t count)
{
	struct text message;
	bool ok;

	text_init(&message);
	ok = options_remote_place(&options->remote, words, count, &message) || complain("%s", message.data);
	text_release(&message);
	return ok;
}

/* What stands behind the options, and what stood between them (`words` has room for them). */
static bool take_rest(struct options *options, char **words, size_t count, char *const *rest)
{
	static char *const none[] = { NULL };

	if (options->file == NULL) {
		for (; *rest != NULL; rest++)
			words[count++] = *rest;
		return take_place(options, words, count);
	}
	options->arguments = rest;
	while (rest[options->argument_count] != NULL)
		options->argument_count++;
	/* HOST PORT before -f FILE. */
	return take_place(options, count > 0 ? words : none, count);
}

bool options_read(struct options *options, int argc, char **argv)
{
	char letters[2 * ARGUMENT_COUNT + 3], **words = xcalloc((size_t)argc + 1, sizeof(*words));
	struct option names[ARGUMENT_COUNT + 1];
	size_t count = 0;
	int answer;
	bool ok = true;

	*options = (struct options){ 0 };
	remote_init(&options->remote);
	fill_tables(letters, names);
	opterr = 0;
	while (ok && !ends_options(options, answer = getopt_long(argc, argv, letters, names, NULL))) {
		if (answer == 1)
			words[count++] = optarg;
		else if (answer == '?' || answer == ':')
			ok = complain_about(answer, argv[optind - 1]);
		else
			ok = take_answer(options, answer, optarg);
	}
	if (ok && answer == 1)
		optind--;
	/* Whoever asks how it is used has not yet to use it rightly. */
	ok = ok && (options->help || take_rest(options, words, count, argv + optind));
	free(words);
	return ok;
}

void options_release(struct options *options)
{
	free(options->statements);
}

void options_print_help(void)
{
	struct text text;

	text_init(&text);
	text_add(&text, "usage: sockstep [--lab|--local] [--plain]           a prompt\n"
			"       sockstep [--lab|--local] -f FILE [ARG...]    the lines of a script\n"
			"       sockstep [--lab|--local] -e LINE...          these lines\n"
			"       sockstep [OPTION...] HOST PORT               a remote service, by hand\n"
			"       sockstep -l [OPTION...] [ADDRESS] PORT       a service of one's own\n"
			"       sockstep --lesson NAME [--practice]          a lesson (-e lesson lists them)\n\n");
	arguments_help(&text);
	fputs(text.data, stdout);
	text_release(&text);
}
