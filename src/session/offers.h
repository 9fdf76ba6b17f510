/*
 * The lists from which a word is completed: each offers what begins with the bytes that stand there. What is offered
 * follows from the world as it is now, and is printable.
 */
#ifndef SOCKSTEP_SESSION_OFFERS_H
#define SOCKSTEP_SESSION_OFFERS_H

#include "call/constants.h"
#include "session/inquiry.h"
#include "session/suggest.h"

struct offers {
	struct session *session;
	struct inquiry inquiry;
	const struct world_side *side; /* NULL: none */
	const char *word;              /* what stands there */
	size_t begin;                  /* its first byte in the line; flags move it behind the last | */
	suggest_function *add;
	void *context;
};

/* Offers it if it begins as the word does. */
void offer(struct offers *offers, const char *text, const char *help);
/* Each of "a b|c", except what is written in capitals. */
void offer_each(struct offers *offers, const char *texts, const char *help);

/* ---- names ---- */

void offer_sides(struct offers *offers, const char *behind);
void offer_threads(struct offers *offers);
void offer_hosts(struct offers *offers, const char *behind);
void offer_calls(struct offers *offers);
void offer_commands(struct offers *offers);
void offer_settings(struct offers *offers);
/* Files under the directory that the word names; `before` stands before each ("@"). */
void offer_files(struct offers *offers, const char *before);
void offer_lessons(struct offers *offers);
/* Network settings of a kernel: net.ipv4.tcp_sack, a part of the name at a time. */
void offer_sysctls(struct offers *offers);

/* ---- constants ---- */

/* The names of a group, one for each value. Behind A| further flags of the group, or of the one that goes with it. */
void offer_constants(struct offers *offers, enum constant_group group);
/* The short forms of socket(). */
void offer_short_forms(struct offers *offers);
/* level -1: of any. */
void offer_options(struct offers *offers, int level);
void offer_option_value(struct offers *offers, const struct option_spec *spec);

/* ---- descriptors and addresses ---- */

typedef bool offer_fits(const struct offers *offers, const struct world_fd *fd);

/* Those of the side that fit, by number and by name; `format` is "%s" or what stands around it. */
void offer_descriptors(struct offers *offers, offer_fits *fits, const char *before, const char *behind);
bool fd_is_any(const struct offers *offers, const struct world_fd *fd);
/* Which descriptors a call is for; those of its second descriptor argument with `second`. */
offer_fits *offer_fits_of(const char *call, bool second);

/* Where a socket of that row (NULL: any) can be connected to, or send to. */
void offer_targets(struct offers *offers, const struct event_fd *row);
/* What it can be bound to. */
void offer_local_addresses(struct offers *offers, const struct event_fd *row);

#endif
