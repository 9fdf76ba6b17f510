/*
 * The colour of a client: where a side serves several at once each is told from the others at a glance, in the
 * transcript, among the sides' descriptors and on the wire. It goes by the descriptor, so that neighbours differ; the
 * number is what tells them apart where there is no colour.
 */
#ifndef SOCKSTEP_FACE_CLIENT_STYLE_H
#define SOCKSTEP_FACE_CLIENT_STYLE_H

#include "face/canvas.h"
#include "world/world.h"

/* All of them: STYLE_PLAIN for what is about no client, or about the only one. */
enum style client_style_of_fd(const struct world_side *side, const struct world_fd *fd);
/* Of a call that it is about, or has brought it; of copying, and of TLS. */
enum style client_style_of_event(const struct world *world, const struct event *event);
/* Of the one that it comes from or goes to. */
enum style client_style_of_segment(const struct world *world, const struct event_segment *segment);

#endif
