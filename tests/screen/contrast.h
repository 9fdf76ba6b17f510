/*
 * Whether a colour can be read on another.
 */
#ifndef SOCKSTEP_TESTS_CONTRAST_H
#define SOCKSTEP_TESTS_CONTRAST_H

struct rgb {
	double red, green, blue; /* 0 to 255 */
};

/* Of 0 to 255. The first sixteen as xterm has them; the others are the same everywhere. */
struct rgb rgb_of_index(int index);
/* From 1 to 21, as the Web Content Accessibility Guidelines define it: 4.5 is good, below 3 nobody reads. */
double contrast_between(struct rgb a, struct rgb b);

#endif
