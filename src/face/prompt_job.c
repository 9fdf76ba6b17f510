#include "face/prompt_job.h"

#include <event2/event.h>
#include <signal.h>
#include <unistd.h>

#include "face/prompt_draw.h"
#include "face/prompt_state.h"

void prompt_job_on_resized(evutil_socket_t fd, short what, void *unused)
{
	size_t columns, rows;

	(void)fd;
	(void)what;
	(void)unused;
	terminal_size(&prompt.terminal, &columns, &rows);
	/* Also when it is the same: it was another in between, and what that cut off a screen is lost. */
	if (columns != prompt.columns || rows != prompt.rows || prompt.painter)
		prompt_draw_resize(true);
}

void prompt_job_suspend(void)
{
	prompt_draw_leave_line("");
	if (prompt.painter)
		prompt_draw_leave_screen();
	terminal_leave(&prompt.terminal);
	/* The whole group, as the key would have done it, so that the shell sees its job stopped. The default
	 * action must be in place; kill(2) does not return before it was taken, and we went on. */
	event_del(prompt.stopped);
	event_del(prompt.continued);
	kill(0, SIGTSTP);
	event_add(prompt.continued, NULL);
	event_add(prompt.stopped, NULL);
	terminal_enter(&prompt.terminal, prompt_draw_takes_sequences());
	prompt_draw_resize(false);
}

void prompt_job_on_stopped(evutil_socket_t number, short what, void *unused)
{
	(void)number;
	(void)what;
	(void)unused;
	prompt_job_suspend();
}

/* Also after SIGSTOP, for which nobody could prepare: the shell has set its own modes, the size may be another. */
void prompt_job_on_continued(evutil_socket_t number, short what, void *unused)
{
	(void)number;
	(void)what;
	(void)unused;
	if (tcgetpgrp(prompt.terminal.in) != getpgrp())
		return;
	terminal_enter(&prompt.terminal, prompt_draw_takes_sequences());
	prompt_draw_resize(false);
}
