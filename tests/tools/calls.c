/*
 * Makes the calls of standard input, a line each, and prints each as call_print_strace() does: run under strace(1),
 * whose own lines can be compared. PORT in a line is the port that the last getsockname gave.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/execute.h"

/* The line with the port in place of the word; the caller frees it. */
static char *with_port(const char *line, unsigned port)
{
	const char *word = strstr(line, "PORT");

	if (word == NULL)
		return xstrdup(line);
	return text_format("%.*s%u%s", (int)(word - line), line, port, word + strlen("PORT"));
}

static void print_made(const struct execution *execution)
{
	struct text text;

	text_init(&text);
	call_print_strace(&text, &execution->call, execution->result, execution->error);
	puts(text.data);
	text_release(&text);
}

static bool make(const char *line, unsigned *port)
{
	const struct own own = { .first = OWN_FIRST_MAX };
	struct execution execution = { .result = 0 };
	struct mistake mistake;

	mistake_init(&mistake);
	if (!call_read(&execution.call, line, &mistake)) {
		fprintf(stderr, "%s: %s\n", line, mistake.text.data);
		mistake_release(&mistake);
		return false;
	}
	mistake_release(&mistake);
	execution_run(&execution, &own);
	print_made(&execution);
	if (execution.call.spec->id == CALL_getsockname)
		*port = address_port(&execution.call.args[1].address);
	call_release(&execution.call);
	return true;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	unsigned port = 0;
	bool ok = true;

	/* What make hands down would take the numbers that the lines expect. */
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	while (ok && getline(&line, &room, stdin) > 0) {
		char *call;

		line[strcspn(line, "\n")] = '\0';
		call = with_port(line, port);
		ok = make(call, &port);
		free(call);
	}
	free(line);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
