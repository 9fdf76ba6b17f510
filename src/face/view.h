/*
 * What the screen is composed from: the world and the log at a moment, what follows from them, and what was printed.
 * Nothing is owned here; panes read it and never change it.
 */
#ifndef SOCKSTEP_FACE_VIEW_H
#define SOCKSTEP_FACE_VIEW_H

#include "base/text.h"
#include "face/changes.h"
#include "face/transcript.h"
#include "face/veil.h"
#include "session/ranges.h"
#include "world/ladder.h"
#include "world/log.h"
#include "world/world.h"

struct view {
	const struct world *world;
	const struct log *log;
	const struct ladder *ladder;   /* up to date with the log */
	const struct changes *changes; /* so is it */
	const struct transcript *transcript;
	const char *current;           /* the side that a line without a prefix is for; NULL: none */
	double now;                    /* of the session's clock */

	/* The line being edited. */
	const char *prompt, *line;
	size_t point; /* the byte of it at which the cursor stands */
	bool busy;    /* a line is being run */
	const char *progress; /* how far it has come; NULL: not told */

	/* The past: the event of the moment that is shown, and its place in all that was logged. NULL: it is now. */
	const struct event *moment;
	int64_t place, newest_seq;

	const struct port_range *ranges; /* of the hosts of which it is known */
	size_t range_count;

	/* What a person has chosen. */
	int64_t segment;    /* its number; 0: none */
	int64_t socket;     /* its cookie; 0: none */
	const char *needle; /* what is looked for; NULL or "": nothing */
	bool missed;        /* and it is nowhere, or not once more */
	struct veil veil;   /* what is asked, and so not shown */
	bool bare;          /* one pane alone, without frames, to be copied */
};

/* Up to which place the ladder is shown. */
int64_t view_until(const struct view *view);
/* The socket that was chosen, else that of the current side which changed last; NULL: it has none. */
const struct world_socket *view_socket(const struct view *view);
/* The segment that was chosen, else the oldest that is held, else the newest; NULL: there is none. */
const struct world_segment *view_segment(const struct view *view);

/* Is there a wire between the hosts? */
bool view_has_wire(const struct world *world);
/* Is it another program's? On this machine's own stack others have sockets too: the other end of a connection that
 * comes from here. What lies in no descriptor of anybody has no inode. */
bool view_is_foreign(const struct world *world, const struct world_socket *socket);
/* "server:80" for an address of a host that is known, ":80" for one of `host` itself, else as it is; "" for none. */
void view_address(struct text *out, const struct world *world, const char *host, const char *address);
/* What a timer that the kernel tells of is called: "on" is the retransmission's (ss(8)). */
const char *view_timer(const char *timer);
/* Whole seconds since; never negative. */
long long view_age(const struct view *view, double since);
/* Whole seconds until, rounded up; never negative. */
long long view_left(const struct view *view, double until);
/* The moment, in the session's clock, at which something that counts shows another second; negative: nothing counts. */
double view_next_change(const struct view *view);

#endif
