#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/agent.h"
#include "side/side.h"

enum { STATUS_USAGE = 2 };

static const char usage[] =
	"usage: sockstep-side [--name NAME]\n"
	"       sockstep-side --agent\n"
	"Makes the socket calls that come on standard input, one a line (1 socket(AF_INET, SOCK_STREAM, 0)),\n"
	"and tells on standard output what came of them. See sockstep-side(8).\n";

static const struct option long_options[] = {
	{ "agent", no_argument, NULL, 'a' }, { "name", required_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },  { "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* A closed standard stream would be the first descriptor that is opened. */
static void fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		die("/dev/null cannot be opened: %s", strerror(errno));
	close(fd);
}

/* Threads that sleep in calls do not contend for memory: one arena serves them all and costs less. */
static void save_memory(void)
{
	mallopt(M_ARENA_MAX, 1);
}

static int refuse(void)
{
	fputs(usage, stderr);
	return STATUS_USAGE;
}

static int say(const char *text)
{
	fputs(text, stdout);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct side_options options = { .name = "side", .in = STDIN_FILENO, .out = STDOUT_FILENO, .door = -1 };
	bool agent = false;
	int option;

	fill_standard();
	save_memory();
	while ((option = getopt_long(argc, argv, "hV", long_options, NULL)) != -1) {
		if (option == 'h')
			return say(usage);
		else if (option == 'V')
			return say("sockstep-side " PACKAGE_VERSION "\n");
		else if (option == 'a')
			agent = true;
		else if (option == 'n')
			options.name = optarg;
		else
			return refuse();
	}
	if (optind < argc)
		return refuse();
	return agent ? agent_run(&place_local) : side_run(&options);
}
