/*
 * Where events go: the transcript to standard output or to the prompt, mistakes to standard error, and with --json each
 * event as an object. The struct owns its line.
 */
#ifndef SOCKSTEP_FACE_OUTPUT_H
#define SOCKSTEP_FACE_OUTPUT_H

#include "event/event.h"
#include "face/options.h"
#include "face/plain.h"
#include "world/world.h"

struct output {
	struct plain_options out, err;
	struct text line; /* (owned) being made */
	bool json;
	bool hex;         /* the data of a call follows it as a dump */
	bool prompt;      /* the prompt is open: what is shown goes above it */
	bool panes;       /* the screen shows the wire, and colours what is printed */
};

/* After setlocale(). */
void output_init(struct output *output, const struct options *options);
void output_release(struct output *output);
/* From now on it is the screen's. */
void output_set_panes(struct output *output);
/* Something happened, whether it is shown or not. */
void output_event(struct output *output, const struct event *event);
/* It is to be shown, in the order of the transcript; the world is as it is after it. */
void output_show(struct output *output, const struct world *world, const struct event *event);

#endif
