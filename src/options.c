#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum long_option { OPTION_LAB = 256, OPTION_LOCAL, OPTION_PLAIN, OPTION_JSON, OPTION_TIME, OPTION_SYSCALLS,
		   OPTION_NO_HISTORY, OPTION_LINK, OPTION_LESSON, OPTION_PRACTICE, OPTION_TRUST };

static const struct option long_options[] = {
	{ "lab", no_argument, NULL, OPTION_LAB },
	{ "local", no_argument, NULL, OPTION_LOCAL },
	{ "plain", no_argument, NULL, OPTION_PLAIN },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "time", no_argument, NULL, OPTION_TIME },
	{ "syscalls", no_argument, NULL, OPTION_SYSCALLS },
	{ "no-history", no_argument, NULL, OPTION_NO_HISTORY },
	{ "link", required_argument, NULL, OPTION_LINK },
	{ "lesson", required_argument, NULL, OPTION_LESSON },
	{ "practice", no_argument, NULL, OPTION_PRACTICE },
	{ "trust", no_argument, NULL, OPTION_TRUST },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static void add_statement(struct options *options, const char *statement)
{
	options->statements = array_grow(options->statements, options->statement_count, &options->statement_room,
					 sizeof(*options->statements));
	options->statements[options->statement_count++] = statement;
}

static bool take(struct options *options, int letter, const char *argument)
{
	switch (letter) {
	case OPTION_LAB:
		options->place = PLACE_LAB;
		return true;
	case OPTION_LOCAL:
		options->place = PLACE_LOCAL;
		return true;
	case OPTION_PLAIN:
		options->plain = true;
		return true;
	case OPTION_JSON:
		options->json = true;
		return true;
	case OPTION_TIME:
		options->time = true;
		return true;
	case OPTION_SYSCALLS:
		options->syscalls = true;
		return true;
	case OPTION_NO_HISTORY:
		options->no_history = true;
		return true;
	case OPTION_LINK:
		options->link = argument;
		return true;
	case OPTION_LESSON:
		options->lesson = argument;
		return true;
	case OPTION_PRACTICE:
		options->practice = true;
		return true;
	case OPTION_TRUST:
		options->trust = true;
		return true;
	case 'e':
		add_statement(options, argument);
		return true;
	case 'f':
		options->file = argument;
		return true;
	case 'h':
		options->help = true;
		return true;
	case 'V':
		options->version = true;
		return true;
	default:
		return false;
	}
}

bool options_read(struct options *options, int argc, char **argv)
{
	int letter;

	*options = (struct options){ 0 };
	while ((letter = getopt_long(argc, argv, "+e:f:hV", long_options, NULL)) != -1)
		if (!take(options, letter, optarg))
			return false;
	if (options->file != NULL) {
		options->arguments = argv + optind;
		options->argument_count = (size_t)(argc - optind);
		return true;
	}
	if (optind == argc)
		return true;
	fprintf(stderr, "sockstep: %s is not expected here (sockstep -h lists the options)\n", argv[optind]);
	return false;
}

void options_release(struct options *options)
{
	free(options->statements);
}
