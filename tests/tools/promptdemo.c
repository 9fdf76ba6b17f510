/*
 * The prompt without anything behind it, for the terminal tests: promptdemo LOG [HISTORY]
 *
 * What reaches the owner is written to LOG, a line each: "line TEXT", "interrupt", "end"; at the end "writes
 * COUNT", "turns COUNT" (of its loop since "end") and "done". On the terminal it answers "ran TEXT". Some lines do
 * something:
 *
 *     tick N       prints "tick 1" … "tick N", a line each 5 ms
 *     flood N      prints N lines at once
 *     busy N       is busy for N ms, then says "free"
 *     missing      leaves "missing here " to be completed
 *     prompt TEXT  changes the prompt
 *     quit         ends
 *
 * After "end" it stays for a moment, in which it has nothing to do: "turns" tells whether it slept.
 */
#include <event2/event.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "face/prompt.h"

struct demo {
	FILE *log;
	struct event_base *base;
	struct event *ticker, *freer, *leaver;
	int tick, ticks;
	bool ended, done;
	long turns; /* of the loop, since it ended */
};

static void wait_for(struct event *timer, int milliseconds)
{
	struct timeval delay = { .tv_sec = milliseconds / 1000, .tv_usec = (milliseconds % 1000) * 1000 };

	event_add(timer, &delay);
}

static void say(const char *format, long number, const char *text)
{
	char *line = text_format("%s %ld%s", format, number, text);

	prompt_print(line);
	free(line);
}

static void on_tick(evutil_socket_t fd, short what, void *owner)
{
	struct demo *demo = owner;

	(void)fd;
	(void)what;
	say("tick", ++demo->tick, "");
	if (demo->tick < demo->ticks)
		wait_for(demo->ticker, 5);
}

static void on_free(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	(void)owner;
	prompt_print("free");
	prompt_busy(false);
}

static void do_number(struct demo *demo, const char *line)
{
	const char *blank = strchr(line, ' ');
	long number = blank ? strtol(blank, NULL, 10) : 0;

	if (string_starts_with(line, "tick ")) {
		demo->tick = 0;
		demo->ticks = (int)number;
		wait_for(demo->ticker, 5);
	} else if (string_starts_with(line, "flood ")) {
		for (long i = 1; i <= number; i++)
			say("flood", i, " of a lot of text that is printed at once");
	} else if (string_starts_with(line, "busy ")) {
		prompt_busy(true);
		wait_for(demo->freer, (int)number);
	}
}

static void on_line(void *owner, const char *line, size_t len)
{
	struct demo *demo = owner;
	char *answer = text_format("ran %s", line);

	(void)len;
	fprintf(demo->log, "line %s\n", line);
	fflush(demo->log);
	prompt_print(answer);
	free(answer);
	if (string_is(line, "quit"))
		demo->done = true;
	else if (string_is(line, "missing"))
		prompt_preset("missing here ");
	else if (string_starts_with(line, "prompt "))
		prompt_set_prompt(line + strlen("prompt "));
	else
		do_number(demo, line);
}

static void on_end(void *owner)
{
	struct demo *demo = owner;

	fputs("end\n", demo->log);
	fflush(demo->log);
	demo->ended = true;
	wait_for(demo->leaver, 300);
}

static void on_leave(evutil_socket_t fd, short what, void *owner)
{
	struct demo *demo = owner;

	(void)fd;
	(void)what;
	demo->done = true;
}

static void on_interrupt(void *owner, bool begun)
{
	struct demo *demo = owner;

	(void)begun;
	fputs("interrupt\n", demo->log);
	fflush(demo->log);
	prompt_print("interrupted");
}

static void offer_many(struct completion *out)
{
	for (int i = 0; i < 500; i++) {
		char *name = text_format("many-%03d", i);

		completion_add(out, name, NULL);
		free(name);
	}
}

/* The word begins behind the last blank, comma or parenthesis. */
static void on_complete(void *owner, const char *line, size_t point, struct completion *out)
{
	(void)owner;
	out->begin = point;
	while (out->begin > 0 && !strchr(" ,(", line[out->begin - 1]))
		out->begin--;
	if (point - out->begin >= 4 && strncmp(line + out->begin, "many", 4) == 0) {
		offer_many(out);
		return;
	}
	completion_add(out, "connect", "connect a socket to an address");
	completion_add(out, "connect-all", "connect all of them");
	completion_add(out, "socket", "make a socket");
	completion_add(out, "\"quoted word\"", "with a blank in it");
}

static void run(struct demo *demo, struct history *history)
{
	const struct prompt_ops ops = {
		.line = on_line, .end = on_end, .interrupt = on_interrupt, .complete = on_complete
	};
	struct text message;

	text_init(&message);
	demo->ticker = evtimer_new(demo->base, on_tick, demo);
	demo->freer = evtimer_new(demo->base, on_free, demo);
	demo->leaver = evtimer_new(demo->base, on_leave, demo);
	if (!prompt_open(&ops, demo, demo->base, history, &message))
		die("%s", message.data);
	prompt_set_prompt("demo> ");
	while (!demo->done) {
		prompt_settle();
		event_base_loop(demo->base, EVLOOP_ONCE);
		demo->turns += demo->ended;
	}
	prompt_close();
	event_free(demo->ticker);
	event_free(demo->freer);
	event_free(demo->leaver);
	text_release(&message);
}

/* As proc(5) counts them; -1: this kernel does not. */
static long writes_made(void)
{
	FILE *io = fopen("/proc/self/io", "re");
	char line[64];
	long writes = -1;

	while (io != NULL && writes < 0 && fgets(line, sizeof(line), io) != NULL)
		if (strncmp(line, "syscw: ", 7) == 0)
			writes = strtol(line + 7, NULL, 10);
	if (io != NULL)
		fclose(io);
	return writes;
}

int main(int argc, char **argv)
{
	struct demo demo = { 0 };
	struct history history;
	struct text message;

	setlocale(LC_ALL, "");
	signal(SIGHUP, SIG_IGN);
	demo.log = argc > 1 ? fopen(argv[1], "w") : NULL;
	demo.base = event_base_new();
	if (!demo.log || !demo.base)
		die("promptdemo LOG [HISTORY]");
	text_init(&message);
	history_init(&history, argc > 2 ? argv[2] : NULL);
	if (!history_load(&history, &message) || (run(&demo, &history), !history_save(&history, &message)))
		fprintf(demo.log, "message %s\n", message.data);
	fprintf(demo.log, "writes %ld\nturns %ld\ndone\n", writes_made(), demo.turns);
	fclose(demo.log);
	history_release(&history);
	text_release(&message);
	event_base_free(demo.base);
	return 0;
}
