/*
 * The state of a session: the lab, the world and the log that follow from its events, and the one statement that is
 * being carried out.
 *
 * A statement begins, may have to wait (for a call to return or fall asleep, for an expectation, for a name to be
 * resolved), and is done: then the owner is told and hands over the next. What a waiting statement does when something
 * happens stands in a table of its own (struct waiter). Nothing here blocks, and nothing here knows a terminal: what
 * there is to see leaves as events, through the operations that the owner fills in.
 */
#ifndef SOCKSTEP_SESSION_STATE_H
#define SOCKSTEP_SESSION_STATE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "call/statement.h"
#include "event/event.h"
#include "lab/lab.h"
#include "session/made_path.h"
#include "world/log.h"
#include "world/world.h"

/* How a statement ended, from best to worst; the numbers are the exit statuses of a script. */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_FAILED = 1,  /* an expectation did not hold, something could not be done */
	OUTCOME_MISTAKE = 2, /* the line could not be understood */
};

struct dialogue;
struct remote;
struct chore;

struct session_ops {
	/* Every event that is for the world outside, as it happens: for --json and whoever records. */
	void (*event)(void *owner, const struct event *event);
	/* The same in the order of the transcript: what another side's call gave while the line's own call was on its
	 * way comes after it. */
	void (*show)(void *owner, const struct event *event);
	/* The statement handed to session_run() is done. From the loop, never from within session_run(). */
	void (*done)(void *owner, enum outcome outcome);
	/* The line lacks an argument: it is left to be completed. */
	void (*preset)(void *owner, const char *line);
	/* How far the line under way has come, in one row, in place of what stood there before; NULL: nothing stands
	 * there any more. May be NULL: nobody sees it. */
	void (*progress)(void *owner, const char *text);
	/* `quit` was said. */
	void (*quit)(void *owner);
	/* No side could be started, which was told; there is nothing to go on with. */
	void (*cannot_start)(void *owner);
	/* The lines of a file come next; the words behind its name are $1, $2 … Else with a message: it cannot be
	 * read, or it has a mistake, which was told. */
	enum outcome (*run_file)(void *owner, const char *path, const struct syntax_list *words, struct text *message);
	/* A person is to press Enter, or to answer; false: there is none. */
	bool (*pause)(void *owner);
	bool (*ask)(void *owner);
	/* A lesson begins, at a step from 1; or goes one step back. False with a message. */
	bool (*lesson)(void *owner, const char *name, long from, bool practice, struct text *message);
	bool (*back)(void *owner, struct text *message);
	/* The session is written to a file, by its extension; a script with expectations, if that is asked for. False
	 * with a message. */
	bool (*save_file)(void *owner, const char *path, bool expectations, struct text *message);
	/* The screen, or what it would be at that size (0: as it is), is written to a file, by its extension. False
	 * with a message. */
	bool (*screenshot)(void *owner, const char *path, size_t columns, size_t rows, struct text *message);
};

/* Where a statement comes from. */
struct source {
	const char *file; /* NULL: typed */
	int line;         /* from 1 */
	bool prompt;      /* beginnings of names are understood, a blocked side is answered at once */
	bool stranger;    /* of a lesson from elsewhere, which is bounded (bounds.h) */
	bool goal;        /* an expectation that a learner is to make true: if it does not hold, that is "not yet" */
};

/* A name that stands for a descriptor of a side until it is closed. */
struct named {
	char *side, *name; /* (owned) */
	int64_t fd;
};

struct session;

/* What a waiting statement does; each may be NULL. Any of them may end the statement (session_finish) or let it wait
 * for something else (session_wait). */
struct waiter {
	void (*event)(struct session *session, const struct event *event); /* the world has it already */
	void (*asleep)(struct session *session, int64_t id);               /* this call was seen asleep */
	void (*quiet)(struct session *session);                            /* lab_ask_quiet() is answered */
	void (*answered)(struct session *session, int64_t token, bool ok, const char *text);
	void (*time_out)(struct session *session);
	bool looks;      /* sockets are looked at again and again meanwhile */
	bool own_first;  /* the transcript holds back other sides' calls until the line's own has returned */
};

/* The statement under way. */
struct running {
	struct source source;
	char *file;       /* (owned) source.file, which may end before its line does */
	char *line;       /* (owned) NULL: there is none */
	struct statement statement;
	char *side;       /* (owned) the side it is for; NULL: none */
	struct call call; /* bound; spec NULL: none */
	const struct waiter *waiter; /* NULL: it does not wait */
	int64_t id;       /* of the call that is waited for, EVENT_NO_INT: none */
	int64_t token;    /* of the request that is waited for */
	bool returned;    /* the line's own call has returned */
	void *own;        /* (owned) what a command keeps while it waits, with the function that frees it */
	void (*free_own)(void *own);
};

struct session {
	struct event_base *base;
	const struct session_ops *ops;
	void *owner;
	struct lab *lab;
	struct world world;
	struct log log;
	double started;  /* CLOCK_MONOTONIC seconds */
	double patience; /* seconds that a line may take where quiet cannot be known */
	bool syscalls;
	bool detailed;   /* what TCP knows of each socket is told too: somebody looks at it */
	struct dialogue *starttls;   /* (owned) STARTTLS under way; NULL: none */
	const struct remote *remote; /* (borrowed) what the command line asks for; NULL: no remote service */
	bool person;     /* somebody types at a prompt */
	bool taught;     /* a lesson that asks is under way: nothing tells beforehand what comes next */
	uint64_t seed;   /* of the wire's chances; 0: the usual one */
	size_t width;    /* columns that a line of what is told may have */
	double rto_min;  /* seconds, of the lab's hosts; 0: as the kernel has it */
	bool stock;      /* the lab's hosts keep the system's own sysctls */
	double bounded_until; /* lines of a lesson from elsewhere are run till then (bounds.h) */
	long bounded_lines;   /* so many of them were */
	struct ranges *ranges;         /* (owned) of ports (ranges.h); NULL: nobody has asked for them */
	int64_t sysctls;               /* counts what may have changed a host's settings */
	int64_t seq, call_id;
	char *current;   /* (owned) the side that a line without a prefix is for; NULL: none yet */
	struct named *names; /* (owned) */
	size_t name_count, name_room;
	struct record *record; /* (owned) what was run, as a script that runs again (record.h) */
	void (*line_done)(struct session *session); /* the line under way did what it says; NULL: nobody asks */

	struct running running;
	struct event *timer, *look_timer; /* (owned) */
	struct event *finish;             /* (owned) tells `done` from the loop */
	enum outcome outcome;
	struct event_list {
		struct event *events; /* (owned) */
		size_t count, room;
	} held; /* for the transcript, until the line's own call has returned */
	int64_t *shown; /* (owned) seq of the events in the order of the transcript; some may have fallen off the log */
	size_t shown_count, shown_room;

	/* What was entered last at the prompt: a learner's try. */
	struct learner {
		const struct call_spec *call; /* NULL: it was no call */
		const struct command_spec *command;
		char *side;  /* (owned) */
		char *words; /* (owned) of a command */
		char *line;  /* (owned) all of it */
	} learner;
	struct made_path made_path; /* by -l */
	char *last_step; /* (owned) the last `step`, which an empty line at the prompt repeats; NULL: none */

	/* What was started, for a fresh start. */
	const struct lab_ops *lab_ops;
	const char *only_side; /* (borrowed) a remote service has one side; NULL: client and server */
	const char *only_host; /* (borrowed) where it is; NULL: on this machine's own stack */
	bool lab_wanted;     /* else this machine's own stack */
	char *link;          /* (owned) of a lab: which kind of link was asked for, NULL: any */
	bool fall_back;      /* where no lab can be, go on without */
	struct made {
		char *name;         /* (owned) */
		char *addresses;    /* (owned) of a host; NULL: it is a side */
		char *host;         /* (owned) of a side; NULL: this machine */
		bool unprivileged;
	} *made;             /* (owned) hosts and sides, in their order */
	size_t made_count, made_room;
	char *end_reason;       /* (owned) why the agent ended; NULL: it has not, or did not say */
	struct event *restart;  /* (owned) */

	struct chore **chores; /* (owned) that are under way (chore.h) */
	size_t chore_count, chore_room;
	int64_t *hidden;       /* (owned) numbers of calls that are not shown, until they were told */
	size_t hidden_count, hidden_room;
	size_t hidden_signals; /* that are still to come, and end such calls */
	struct chore *interact; /* (borrowed) the one to which what is typed goes; NULL: none */

	/* The call of the last call line. */
	int64_t last_id; /* EVENT_NO_INT: none */
	char *last_side; /* (owned) */
};

/* Storage of the caller's; the lab is to be set. */
void state_init(struct session *session, struct event_base *base, const struct session_ops *ops, void *owner);
void state_release(struct session *session);

/* Seconds since the session's start. */
double session_time(const struct session *session);

/* ---- events ---- */

/* Numbers the event, applies it, keeps it, hands it out, and lets the waiting statement know. Its strings are taken
 * over. */
void session_emit(struct session *session, struct event *event);
/* What a command prints: a line, without a newline. */
void session_say(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for several lines. */
void session_say_lines(struct session *session, const char *text);
/* Something could not be done, or was mistaken; column of the line, from 0, -1 for none. */
void session_complain(struct session *session, int column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- the statement ---- */

/* It waits, at most so many seconds (negative: for ever). */
void session_wait(struct session *session, const struct waiter *waiter, double seconds);
/* It is done. */
void session_finish(struct session *session, enum outcome outcome);

/* ---- who and what is meant ---- */

/* The side by that name; NULL with a complaint if there is none, or if it has ended and `ended_too` is not set. */
struct world_side *session_side(struct session *session, const char *name, int column, bool ended_too);
/* The call on the side's first thread that has not returned; NULL: none. */
struct world_call *session_blocking_call(const struct world_side *side);
/* What was entered last counts no more. */
void session_forget_learner(struct session *session);
/* Is any call under way, on any side? */
bool session_any_call(const struct session *session);
/* The descriptor that a word stands for: a number or a name; false if it is neither. */
bool session_descriptor(const struct session *session, const char *side, const char *word, int *fd);
void session_name_descriptor(struct session *session, const char *side, const char *name, int64_t fd);

#endif
