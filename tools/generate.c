/*
 * Derives documents from the tables of src/call, and that of the screen's keys, to standard output:
 *
 *	generate calls | short-forms | socket-options | commands | expectations | arguments | refused | keys
 *	                             the items of a list of a manual page, in mdoc(7)
 *	generate man TEMPLATE        the template, each line such as @CALLS@ or @SHORT-FORMS@ replaced by these items
 *	generate bash | zsh | fish   completions
 *	generate vim                 the syntax of scripts, for vim
 *
 * It runs while building; sockstep does not need it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/arguments.h"
#include "call/help.h"
#include "call/option.h"
#include "call/short_form.h"
#include "call/types.h"
#include "face/actions.h"

/* ---- mdoc ---- */

/* Text as roff takes it: backslashes, and a dot or an apostrophe that would begin a request. */
static void add_roff(struct text *out, const char *string)
{
	if (*string == '.' || *string == '\'')
		text_add(out, "\\&");
	for (; *string != '\0'; string++) {
		if (*string == '\\')
			text_add(out, "\\e");
		else if (*string == '-')
			text_add(out, "\\-");
		else
			text_add_char(out, *string);
	}
}

/* A macro's argument, in quotes, which are doubled within. */
static void add_quoted(struct text *out, const char *string)
{
	struct text roff;

	text_init(&roff);
	add_roff(&roff, string);
	text_add(out, " \"");
	for (const char *at = roff.data; *at != '\0'; at++)
		text_add(out, *at == '"' ? "\"\"" : (const char[]){ *at, '\0' });
	text_add(out, "\"");
	text_release(&roff);
}

/* The line as a sentence: a capital letter first unless a name begins it, a full stop last. */
static void add_sentence(struct text *out, const char *help, bool capital)
{
	struct text text;

	text_init(&text);
	text_add(&text, help);
	if (capital)
		text.data[0] = (char)toupper((unsigned char)text.data[0]);
	add_roff(out, text.data);
	text_add(out, ".\n");
	text_release(&text);
}

static void add_page(struct text *out, const char *page)
{
	size_t len = strcspn(page, "(");

	text_addf(out, ".Xr %.*s %c .\n", (int)len, page, page[len + 1]);
}

static bool is_shown(const struct arg_spec *arg)
{
	return arg->need == ARG_REQUIRED || arg->need == ARG_OPTIONAL || arg->need == ARG_KEYED;
}

static void add_call(struct text *out, const struct call_spec *spec)
{
	text_addf(out, ".It Fn %s", spec->name);
	for (size_t i = 0; i < call_arg_count(spec); i++) {
		const struct arg_spec *arg = &spec->args[i];
		const char *equals = arg->need == ARG_KEYED ? "=" : "";

		if (is_shown(arg))
			text_addf(out, arg->need == ARG_REQUIRED ? " \"%s%s\"" : " \"[%s%s]\"", arg->name, equals);
	}
	text_add(out, "\n");
	add_sentence(out, spec->help, true);
	text_addf(out, "Result: %s.\n%sSee\n", help_result(spec->result),
		  spec->blocks == BLOCKS_NEVER ? "" : "It may block.\n");
	add_page(out, spec->page);
	text_add(out, ".Dl ");
	add_roff(out, help_example(spec->id));
	text_add(out, "\n");
}

static void add_short_forms(struct text *out)
{
	const struct short_form *form;

	for (size_t i = 0; (form = short_form_at(i)) != NULL; i++) {
		text_add(out, ".It Cm ");
		add_roff(out, form->name);
		text_add(out, "\n");
		constant_print(out, GROUP_FAMILY, form->family);
		text_add(out, ", ");
		constant_print(out, GROUP_TYPE, form->type);
		if (form->protocol != 0) {
			text_add(out, ", ");
			constant_print(out, GROUP_PROTOCOL, form->protocol);
		}
		text_add(out, "\n");
	}
}

static void add_options(struct text *out)
{
	size_t count;
	const struct option_spec *all = options_all(&count);

	for (size_t i = 0; i < count; i++) {
		text_addf(out, ".It Dv %s Pq Dv %s\n", all[i].name, all[i].level_name);
		add_roff(out, all[i].help);
		text_add(out, "; ");
		add_sentence(out, option_type_help(all[i].type), false);
	}
}

static void add_calls(struct text *out)
{
	for (int i = 0; i < CALL_COUNT; i++)
		add_call(out, call_spec((enum call_id)i));
}

static void add_commands(struct text *out)
{
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_spec *spec = command_spec((enum command_id)i);

		text_add(out, ".It Ic");
		add_quoted(out, spec->name);
		if (*spec->synopsis != '\0') {
			text_add(out, " Ar");
			add_quoted(out, spec->synopsis);
		}
		text_add(out, "\n");
		add_sentence(out, spec->help, true);
	}
}

/* "SIDE SOCKET state STATE": words of the language and what stands for others, each kind with its macro. */
static void add_form(struct text *out, const char *form)
{
	const char *macro = NULL;

	text_add(out, ".It");
	for (size_t len; *form != '\0'; form += len + (form[len] == ' ')) {
		const char *next = islower((unsigned char)*form) ? " Cm" : " Ar";

		len = strcspn(form, " ");
		if (macro == NULL || !string_is(macro, next))
			text_add(out, next);
		macro = next;
		text_add_char(out, ' ');
		text_add_bytes(out, form, len);
	}
	text_add(out, "\n");
}

static const struct {
	const char *form, *help;
} expectations[] = {
#define EXPECTATION(name, form, holds, help) { form, help },
#include "call/expectations.def"
#undef EXPECTATION
};

static void add_expectations(struct text *out)
{
	for (size_t i = 0; i < COUNT_OF(expectations); i++) {
		add_form(out, expectations[i].form);
		add_sentence(out, expectations[i].help, true);
	}
}

static void add_argument(struct text *out, const struct argument_spec *spec)
{
	text_add(out, ".It");
	if (spec->letter != '\0')
		text_addf(out, " Fl %c%s", spec->letter, spec->name != NULL ? " ," : "");
	if (spec->name != NULL) {
		text_add(out, " Fl \\-");
		add_roff(out, spec->name);
	}
	if (spec->argument != NULL) {
		text_add(out, argument_may_be_left_out(spec) ? " Ns Ar" : " Ar");
		add_quoted(out, spec->argument);
	}
	text_add(out, "\n");
	add_sentence(out, spec->help, spec->status != ARGUMENT_REFUSED);
}

static void add_arguments_of(struct text *out, enum argument_status status)
{
	for (int i = 0; i < ARGUMENT_COUNT; i++)
		if (argument_spec((enum argument_id)i)->status == status)
			add_argument(out, argument_spec((enum argument_id)i));
}

static void add_arguments(struct text *out)
{
	add_arguments_of(out, ARGUMENT_NOW);
}

static void add_refused(struct text *out)
{
	add_arguments_of(out, ARGUMENT_REFUSED);
}

/* ---- completions ---- */

static bool works(const struct argument_spec *spec)
{
	return spec->status == ARGUMENT_NOW;
}

static bool takes_file(const struct argument_spec *spec)
{
	return spec->argument != NULL && string_is(spec->argument, "FILE");
}

/* sockstep itself tells the names: the first word of each line. */
static bool takes_lesson(const struct argument_spec *spec)
{
	return spec->id == ARGUMENT_lesson;
}

/* "-h --help" of each that works. */
static void add_words(struct text *out)
{
	const char *space = "";

	for (int i = 0; i < ARGUMENT_COUNT; i++) {
		const struct argument_spec *spec = argument_spec((enum argument_id)i);

		if (!works(spec))
			continue;
		if (spec->letter != '\0')
			text_addf(out, "%s-%c", space, spec->letter);
		if (spec->name != NULL)
			text_addf(out, "%s--%s", spec->letter != '\0' ? " " : space, spec->name);
		space = " ";
	}
}

static void add_bash(struct text *out)
{
	text_add(out, "# bash completion for sockstep, derived from its tables.\n\n"
		      "_sockstep()\n{\n"
		      "\tlocal current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n\n"
		      "\tCOMPREPLY=()\n"
		      "\tcase $before in\n");
	for (int i = 0; i < ARGUMENT_COUNT; i++) {
		const struct argument_spec *spec = argument_spec((enum argument_id)i);

		if (!works(spec) || spec->argument == NULL || spec->letter == '\0')
			continue;
		text_addf(out, "\t-%c)%s return ;;\n", spec->letter,
			  takes_file(spec) ? " mapfile -t COMPREPLY < <(compgen -f -- \"$current\");" : "");
	}
	text_add(out, "\t--lesson) mapfile -t COMPREPLY < <(compgen -W "
		      "\"$(\"$1\" -e lesson 2>/dev/null </dev/null | cut -d ' ' -f 1)\" -- \"$current\"); return ;;\n"
		      "\tesac\n"
		      "\tcase $current in\n"
		      "\t-*) mapfile -t COMPREPLY < <(compgen -W '");
	add_words(out);
	text_add(out, "' -- \"$current\") ;;\n"
		      "\t*) mapfile -t COMPREPLY < <(compgen -A hostname -- \"$current\") ;;\n"
		      "\tesac\n}\n\n"
		      "complete -F _sockstep sockstep\n");
}

/* Brackets and colons mean something within a specification of zsh, a quote ends it. */
static void add_zsh_text(struct text *out, const char *string)
{
	for (; *string != '\0'; string++) {
		if (*string == '\'')
			text_add(out, "'\\''");
		else if (strchr("[]:\\", *string) != NULL)
			text_addf(out, "\\%c", *string);
		else
			text_add_char(out, *string);
	}
}

static void add_zsh_form(struct text *out, const struct argument_spec *spec, const char *form)
{
	bool repeats = spec->id == ARGUMENT_line;

	text_addf(out, " \\\n\t'%s%s[", repeats ? "*" : "", form);
	add_zsh_text(out, spec->help);
	text_add(out, "]");
	if (spec->argument != NULL) {
		text_add(out, ":");
		add_zsh_text(out, spec->argument);
		if (takes_lesson(spec))
			text_add(out, ":{compadd ${(f)\"$(sockstep -e lesson 2>/dev/null | cut -d \" \" -f 1)\"}}");
		else
			text_add(out, takes_file(spec) ? ":_files" : ":");
	}
	text_add(out, "'");
}

static void add_zsh(struct text *out)
{
	text_add(out, "#compdef sockstep\n# zsh completion for sockstep, derived from its tables.\n\n_arguments -s -S");
	for (int i = 0; i < ARGUMENT_COUNT; i++) {
		const struct argument_spec *spec = argument_spec((enum argument_id)i);
		char form[64];

		if (works(spec) && spec->letter != '\0') {
			snprintf(form, sizeof(form), "-%c", spec->letter);
			add_zsh_form(out, spec, form);
		}
		if (works(spec) && spec->name != NULL) {
			snprintf(form, sizeof(form), "--%s", spec->name);
			add_zsh_form(out, spec, form);
		}
	}
	text_add(out, " \\\n\t'1:host:_hosts' \\\n\t'2:port:'\n");
}

static void add_fish_text(struct text *out, const char *string)
{
	for (; *string != '\0'; string++)
		text_addf(out, *string == '\'' || *string == '\\' ? "\\%c" : "%c", *string);
}

static void add_fish(struct text *out)
{
	text_add(out, "# fish completion for sockstep, derived from its tables.\n\n"
		      "complete -c sockstep -f -a '(__fish_print_hostnames)'\n");
	for (int i = 0; i < ARGUMENT_COUNT; i++) {
		const struct argument_spec *spec = argument_spec((enum argument_id)i);

		if (!works(spec))
			continue;
		text_add(out, "complete -c sockstep");
		if (spec->letter != '\0')
			text_addf(out, " -s %c", spec->letter);
		if (spec->name != NULL)
			text_addf(out, " -l %s", spec->name);
		if (spec->argument != NULL)
			text_add(out, takes_file(spec) ? " -r -F" : " -x");
		if (takes_lesson(spec))
			text_add(out, " -a '(sockstep -e lesson 2>/dev/null | string replace -r \" .*\" \"\")'");
		text_add(out, " -d '");
		add_fish_text(out, spec->help);
		text_add(out, "'\n");
	}
}

/* ---- keys ---- */

static void add_keys(struct text *out)
{
	for (int action = 0; action < ACTION_COUNT; action++) {
		const struct action_spec *spec = action_spec((enum action)action);

		text_add(out, ".It");
		add_quoted(out, spec->key);
		text_add(out, " ,");
		add_quoted(out, spec->second);
		text_add(out, " Pq Li");
		add_quoted(out, spec->name);
		text_add_char(out, '\n');
		add_sentence(out, spec->help, true);
	}
}

/* ---- vim ---- */

static const struct {
	const char *group, *shown_as;
} vim_groups[] = {
	{ "Call", "Function" },     { "Command", "Statement" }, { "Constant", "Constant" },
	{ "Expectation", "Type" },  { "Side", "Identifier" },   { "Number", "Number" },
	{ "Variable", "PreProc" },  { "File", "Underlined" },   { "Comment", "Comment" },
	{ "Title", "Title" },       { "Narration", "String" },  { "Escape", "SpecialChar" },
	{ "String", "String" },
};

/* Lines of "syn keyword GROUP word word …", of a length that a person can read. */
struct keywords {
	struct text *out;
	const char *group;
	size_t column;
};

static void add_keyword(struct keywords *keywords, const char *word)
{
	size_t len = strlen(word);

	if (keywords->column == 0 || keywords->column + len > 100) {
		text_addf(keywords->out, "%ssyn keyword %s", keywords->column == 0 ? "" : "\n", keywords->group);
		keywords->column = strlen("syn keyword ") + strlen(keywords->group);
	}
	text_addf(keywords->out, " %s", word);
	keywords->column += len + 1;
}

static void end_keywords(struct keywords *keywords)
{
	text_add(keywords->out, keywords->column > 0 ? "\n" : "");
}

static void add_vim_statements(struct text *out)
{
	struct keywords calls = { out, "sockstepCall", 0 }, commands = { out, "sockstepCommand", 0 };

	for (int i = 0; i < CALL_COUNT; i++)
		add_keyword(&calls, call_spec((enum call_id)i)->name);
	end_keywords(&calls);
	for (int i = 0; i < COMMAND_COUNT; i++)
		add_keyword(&commands, command_spec((enum command_id)i)->name);
	end_keywords(&commands);
}

static void add_vim_constants(struct text *out)
{
	struct keywords constants = { out, "sockstepConstant", 0 };
	const struct short_form *form;
	const struct option_spec *options;
	const struct constant *all;
	size_t count;

	options = options_all(&count);
	for (size_t i = 0; i < count; i++)
		add_keyword(&constants, options[i].name);
	all = constants_all(&count);
	for (size_t i = 0; i < count; i++)
		add_keyword(&constants, all[i].name);
	for (size_t i = 0; (form = short_form_at(i)) != NULL; i++)
		add_keyword(&constants, form->name);
	end_keywords(&constants);
}

/* The words of the forms that stand for themselves, each once. */
static void add_vim_expectations(struct text *out)
{
	struct keywords words = { out, "sockstepExpectation", 0 };
	struct text seen;

	text_init(&seen);
	text_add(&seen, " within because until ");
	add_keyword(&words, "within");
	add_keyword(&words, "because");
	add_keyword(&words, "until");
	for (size_t i = 0; i < COUNT_OF(expectations); i++) {
		const char *form = expectations[i].form;

		for (size_t len; *form != '\0'; form += len + (form[len] == ' ')) {
			char *word, *framed;

			len = strcspn(form, " ");
			word = xstrndup(form, len);
			framed = text_format(" %s ", word);
			if (islower((unsigned char)*word) && strstr(seen.data, framed) == NULL) {
				add_keyword(&words, word);
				text_add(&seen, framed);
			}
			free(framed);
			free(word);
		}
	}
	end_keywords(&words);
	text_release(&seen);
}

static void add_vim(struct text *out)
{
	text_add(out, "\" Vim syntax of sockstep's scripts and lessons (sockstep-script(5)), derived from its tables.\n"
		      "if exists('b:current_syntax')\n  finish\nendif\n"
		      "syn iskeyword @,48-57,_,-,.\n\n");
	add_vim_statements(out);
	add_vim_constants(out);
	add_vim_expectations(out);
	text_add(out, "\nsyn match sockstepSide /^\\s*[A-Za-z][A-Za-z0-9_.-]*:\\(\\s\\|$\\)\\@=/\n"
		      "syn match sockstepNumber /\\<\\d\\+\\>/\n"
		      "syn match sockstepVariable /\\$[A-Za-z0-9_]\\+/\n"
		      "syn match sockstepFile /@\\S\\+/\n"
		      "syn match sockstepComment /\\(^\\|\\s\\)#\\(\\d\\)\\@!.*/\n"
		      "syn match sockstepComment /^#.*/\n"
		      "syn match sockstepTitle /^## .*/\n"
		      "syn match sockstepNarration /\\(^\\s*say\\>\\)\\@<=.*/ contains=sockstepVariable\n"
		      "syn match sockstepEscape /\\\\\\(x\\x\\x\\?\\|u{\\x\\+}\\|.\\)/ contained\n"
		      "syn region sockstepString start=/\"/ skip=/\\\\./ end=/\"/ oneline "
		      "contains=sockstepEscape,sockstepVariable\n\n");
	for (size_t i = 0; i < COUNT_OF(vim_groups); i++)
		text_addf(out, "hi def link sockstep%s %s\n", vim_groups[i].group, vim_groups[i].shown_as);
	text_add(out, "\nlet b:current_syntax = 'sockstep'\n");
}

/* ---- which ---- */

static const struct {
	const char *name, *mark;
	void (*add)(struct text *out);
} documents[] = {
	{ "calls", "@CALLS@\n", add_calls },
	{ "short-forms", "@SHORT-FORMS@\n", add_short_forms },
	{ "socket-options", "@SOCKET-OPTIONS@\n", add_options },
	{ "commands", "@COMMANDS@\n", add_commands },
	{ "expectations", "@EXPECTATIONS@\n", add_expectations },
	{ "arguments", "@ARGUMENTS@\n", add_arguments },
	{ "refused", "@REFUSED@\n", add_refused },
	{ "keys", "@KEYS@\n", add_keys },
	{ "bash", NULL, add_bash },
	{ "zsh", NULL, add_zsh },
	{ "fish", NULL, add_fish },
	{ "vim", NULL, add_vim },
};

static void add_line(struct text *out, const char *line)
{
	for (size_t i = 0; i < COUNT_OF(documents); i++)
		if (documents[i].mark != NULL && string_is(documents[i].mark, line)) {
			documents[i].add(out);
			return;
		}
	text_add(out, line);
}

static bool add_man(struct text *out, const char *template)
{
	FILE *file = fopen(template, "r");
	char *line = NULL;
	size_t room = 0;

	if (file == NULL) {
		perror(template);
		return false;
	}
	while (getline(&line, &room, file) >= 0)
		add_line(out, line);
	free(line);
	fclose(file);
	return true;
}

static bool add_document(struct text *out, int argc, char **argv)
{
	if (argc == 3 && string_is(argv[1], "man"))
		return add_man(out, argv[2]);
	for (size_t i = 0; argc == 2 && i < COUNT_OF(documents); i++)
		if (string_is(documents[i].name, argv[1])) {
			documents[i].add(out);
			return true;
		}
	fprintf(stderr, "usage: generate calls|short-forms|socket-options|commands|expectations\n"
			"       generate arguments|refused|keys\n"
			"       generate bash|zsh|fish|vim\n"
			"       generate man TEMPLATE\n");
	return false;
}

int main(int argc, char **argv)
{
	struct text out;
	bool ok;

	text_init(&out);
	ok = add_document(&out, argc, argv) && fwrite(out.data, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
	text_release(&out);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
