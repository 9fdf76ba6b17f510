/*
 * rlplain: the least that a program with a readline prompt does: the prompt "> " in callback mode, until end of input.
 * The benchmark of the start compares with it.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <readline/readline.h>

static void take_line(char *line)
{
	if (line == NULL) {
		rl_callback_handler_remove();
		exit(0);
	}
	free(line);
}

int main(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	rl_callback_handler_install("> ", take_line);
	while (poll(&input, 1, -1) > 0)
		rl_callback_read_char();
	rl_callback_handler_remove();
	return 1;
}
