/*
 * What the screen is composed from: the world and the log at a moment, what follows from them, and what was printed.
 * Nothing is owned here; panes read it and never change it.
 */
#ifndef SOCKSTEP_FACE_VIEW_H
#define SOCKSTEP_FACE_VIEW_H

#include "base/text.h"
#include "face/changes.h"
#include "face/transcript.h"
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
	bool busy;    /* a line is being run: there is no prompt */
};

/* Is there a wire between the hosts? */
bool view_has_wire(const struct world *world);
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
