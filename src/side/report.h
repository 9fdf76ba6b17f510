/*
 * What a side or an agent tells: events (event/events.def), each a line of JSON on its stream.
 */
#ifndef SOCKSTEP_SIDE_REPORT_H
#define SOCKSTEP_SIDE_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/event.h"
#include "observe/fds.h"
#include "side/dump.h"
#include "side/execute.h"
#include "side/signals.h"
#include "side/lines.h"

struct report {
	struct lines *lines;   /* (borrowed) */
	const char *side;      /* its name (borrowed); NULL for an agent */
	bool with_syscall;     /* calls are also told in strace's long form */
	struct dump *dump;     /* (borrowed) what calls move goes there too; NULL for an agent */
};

/* A call as it was handed over: what can be told of it while its values belong to the thread that makes it. */
struct report_call {
	int64_t id;
	int thread; /* 1: not said */
	const struct call_spec *spec;
	char *text;   /* (owned) in short; NULL: it is not told of before it has returned */
	int64_t fd;   /* its first descriptor argument, EVENT_NO_INT without one */
	double began; /* execute_now() */
};

/* Queues the event and releases it; `fd` (taken over) goes with it unless it is -1. */
void report_event(const struct report *report, struct event *event, int fd);
void report_hello(const struct report *report, const char *program);
/* To a request: done. */
void report_answer(const struct report *report, int64_t id);
/* What could not be done; id EVENT_NO_INT and column -1 where there is none. */
void report_error(const struct report *report, int64_t id, int column, const char *text);

void report_call_init(struct report_call *told, int64_t id, int thread, const struct call *call);
/* Of one that may block: keeps its text, too. */
void report_call_keep_text(struct report_call *told, const struct call *call);
void report_call_release(struct report_call *told);
void report_blocked(const struct report *report, const struct report_call *told);
void report_returned(const struct report *report, const struct report_call *told, const struct execution *execution);
/* Bytes went past TLS, if there is TLS on that descriptor (report_raw.c). */
void report_raw(const struct report *report, const struct execution *execution);
void report_row(const struct report *report, const struct fd_facts *facts, const char *status);
/* A number that is not, or no longer, in the table: "closed", "reserved". */
void report_number(const struct report *report, int fd, const char *status);
void report_poke(const struct report *report, int fd);
void report_signal(const struct report *report, const siginfo_t *info);

#endif
