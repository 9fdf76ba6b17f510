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
#include "side/lab_agent.h"
#include "side/side.h"

enum { STATUS_USAGE = 2 };

static const char usage[] =
	"usage: sockstep-side [--name NAME]\n"
	"       sockstep-side --agent [--standard] [--lab [--link=tun|veth]]\n"
	"Makes the socket calls that come on standard input, one a line (1 socket(AF_INET, SOCK_STREAM, 0)),\n"
	"and tells on standard output what came of them. See sockstep-side(8).\n";

static const struct option long_options[] = {
	{ "agent", no_argument, NULL, 'a' },      { "name", required_argument, NULL, 'n' },
	{ "lab", no_argument, NULL, 'l' },        { "link", required_argument, NULL, 'k' },
	{ "help", no_argument, NULL, 'h' },       { "version", no_argument, NULL, 'V' },
	{ "standard", no_argument, NULL, 's' },   { NULL, 0, NULL, 0 },
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

/* What is to be run. */
struct choice {
	bool agent, lab, standard;
	const char *link; /* NULL: not said */
	struct side_options side;
};

static int run_lab(const char *link)
{
	if (link == NULL)
		return lab_agent_run(LAB_LINK_ANY);
	if (strcmp(link, lab_link_kind_name(LAB_LINK_TUN)) == 0)
		return lab_agent_run(LAB_LINK_TUN);
	if (strcmp(link, lab_link_kind_name(LAB_LINK_VETH)) == 0)
		return lab_agent_run(LAB_LINK_VETH);
	return refuse();
}

static int run(const struct choice *choice)
{
	if (!choice->agent && (choice->lab || choice->standard))
		return refuse();
	if ((choice->standard && choice->lab) || (choice->link != NULL && !choice->lab))
		return refuse();
	if (choice->lab)
		return run_lab(choice->link);
	return choice->agent ? agent_run(&place_local, NULL, choice->standard) : side_run(&choice->side);
}

int main(int argc, char **argv)
{
	struct choice choice = { .side = { .name = "side", .in = STDIN_FILENO, .out = STDOUT_FILENO, .door = -1 } };
	int option;

	fill_standard();
	save_memory();
	while ((option = getopt_long(argc, argv, "hV", long_options, NULL)) != -1) {
		if (option == 'h')
			return say(usage);
		else if (option == 'V')
			return say("sockstep-side " PACKAGE_VERSION "\n");
		else if (option == 'a')
			choice.agent = true;
		else if (option == 'l')
			choice.lab = true;
		else if (option == 's')
			choice.standard = true;
		else if (option == 'k')
			choice.link = optarg;
		else if (option == 'n')
			choice.side.name = optarg;
		else
			return refuse();
	}
	if (optind < argc)
		return refuse();
	return run(&choice);
}
