/*
 * What the agent of a lab has beside its sides: the hosts, their names in /etc/hosts, and its own namespaces.
 */
#ifndef SOCKSTEP_SIDE_LAB_LAND_H
#define SOCKSTEP_SIDE_LAB_LAND_H

#include <stddef.h>

#include "base/text.h"
#include "side/lab_files.h"
#include "side/lab_host.h"
#include "side/lab_link.h"

struct lab_land {
	enum lab_link_kind link; /* which is wanted; once one host is made, which it got */
	int lifeline;            /* (owned) reads as ended when the parent has */
	int wire;                /* (owned) the agent's own network namespace, where the near ends of pairs are */
	struct lab_files files;
	struct text notes;       /* what could not be had and has not been told yet, in sentences */
	struct text names;       /* lines of /etc/hosts beside those of the hosts themselves */
	unsigned rto_min;        /* milliseconds, of every host; 0: as the kernel has it */
	struct lab_host *hosts;  /* (owned) */
	size_t count, room;
};

/* Takes over `lifeline`. The rest is opened by lab_land_open(), in the new namespaces; false with a message. */
void lab_land_init(struct lab_land *land, enum lab_link_kind link, int lifeline);
bool lab_land_open(struct lab_land *land, struct text *message);
void lab_land_release(struct lab_land *land);

struct lab_host *lab_land_find(const struct lab_land *land, const char *name);
/* Whose address is it? NULL: nobody's. */
const struct lab_host *lab_land_owner(const struct lab_land *land, const struct lab_address *address);
/* Takes the host over. */
void lab_land_keep(struct lab_land *land, const struct lab_host *host);
/* Of the hosts that are there and of those to come. False with a message. */
bool lab_land_set_rto_min(struct lab_land *land, unsigned milliseconds, struct text *message);
/* The process goes back to the agent's own network namespace; dies if it cannot. */
void lab_land_return(const struct lab_land *land);

/* Adds a name of the host to lines for lab_land_set_names(). */
void lab_land_add_name(struct text *lines, const struct lab_host *host, const char *name);
/* Takes over `lines`, which stand in /etc/hosts from now on instead of those given before. */
void lab_land_set_names(struct lab_land *land, struct text *lines);

#endif
