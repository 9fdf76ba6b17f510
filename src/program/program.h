/*
 * The program as it runs: what was asked for, the pieces that do it, and how it went. Each part of this folder is about
 * one side of it: order, which line comes next; owner, what the session asks; typed, what the person does; begin, what
 * is run at all.
 */
#ifndef SOCKSTEP_PROGRAM_PROGRAM_H
#define SOCKSTEP_PROGRAM_PROGRAM_H

#include <event2/event.h>
#include <stdbool.h>

#include "face/history.h"
#include "face/options.h"
#include "face/output.h"
#include "face/reader.h"
#include "face/screen.h"
#include "session/gather.h"
#include "session/player.h"
#include "session/session.h"
#include "session/teacher.h"

struct program {
	struct options options;
	struct event_base *base;
	struct session *session;
	struct player player;
	struct teacher teacher;
	struct reader *reader;  /* (owned) of standard input; NULL: it is not read */
	struct screen *screen;  /* (owned) NULL: the plain look */
	struct history history;
	struct output output;
	struct gather gather;
	bool interacts;   /* and the prompt says so */
	bool prompt;      /* the prompt is open */
	bool dials;       /* the remote service that the command line asks for comes first */
	bool typed;       /* the line under way was typed */
	bool over;
	struct event *signals[3]; /* (owned) those that end it; until all is put away, for they may come twice */
	int status;
};

/* What no terminal of ours shows yet, or no longer. */
void program_say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
