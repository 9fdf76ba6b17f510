/*
 * Which colour a look has on a terminal: one that can be read on its ground.
 *
 * The terminal is not asked for its ground (OSC 11): many do not answer, and what answers late is typed into the line.
 * Of 256 colours none is needed, for those of the looks can be read on white and on black. Of 8 only two can; where the
 * environment tells the ground, there are more.
 */
#ifndef SOCKSTEP_FACE_COLOUR_H
#define SOCKSTEP_FACE_COLOUR_H

#include "face/canvas.h"

enum ground {
	GROUND_UNKNOWN,
	GROUND_LIGHT,
	GROUND_DARK,
	GROUND_COUNT,
};

/* By COLORFGBG, as rxvt and Konsole set it: "15;0", or "15;default;0", the ground last; else by TERM, for Linux'
 * console is dark. NULL: not set. */
enum ground colour_ground(const char *colorfgbg, const char *term);
/* Of the process's environment. */
enum ground colour_ground_here(void);
/* Of a terminal that has so many colours; -1: the text's own. */
int colour_of(const struct style_look *look, int colours, enum ground ground);

#endif
