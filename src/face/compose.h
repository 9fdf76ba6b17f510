/*
 * The whole screen, composed into a canvas. Pure.
 */
#ifndef SOCKSTEP_FACE_COMPOSE_H
#define SOCKSTEP_FACE_COMPOSE_H

#include "face/canvas.h"
#include "face/layout.h"

void compose(struct canvas *canvas, const struct view *view, const struct desk *desk, const struct layout *layout);

#endif
