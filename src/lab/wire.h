/*
 * The wire that joins the hosts of the lab: every packet of theirs passes through here, gets a number, and is held,
 * stepped, dropped, delayed or handed on. (lab/wire_state.h has the struct, whose fields others may read.)
 *
 * Everything that happens leaves as an event (`segment`, and `wire` when what it does changes), which its owner applies
 * to the world within the call; he may not call the wire from within it. A segment is told of when it is seen, with its
 * bytes, and again with the same number when its verdict changes: first held, then delivered or dropped; in flow mode
 * delivered or dropped at once, or delayed before that. What was sent again and brings nothing new is counted on the
 * segment that it repeats (`sent`). In flow mode more than WIRE_TOLD_A_SECOND become sums.
 *
 * What a user may get wrong (no such segment, no such host) is answered false, with a message. A number 0 means the
 * oldest segment that is held.
 */
#ifndef SOCKSTEP_LAB_WIRE_H
#define SOCKSTEP_LAB_WIRE_H

#include "base/text.h"
#include "lab/wire_state.h"
#include "packet/build.h"

/* A setting for a part of the wire, or all of it. */
struct wire_wish {
	enum wire_setting setting;
	const char *from, *to; /* names of hosts; NULL or "*": any */
	double value;          /* as wire_value_parse() gives it; 0: off */
};

/* It flows, folds, and does not tell of the kernel's own traffic. `world` is where its events go; it is read only. */
struct wire *wire_new(struct event_base *base, const struct world *world, const struct wire_ops *ops, void *owner);
/* What is held or under way is freed with it; links are not closed. */
void wire_free(struct wire *wire);

/*
 * Adds a host with the addresses that packets for it have, separated by spaces, with or without the prefix length
 * ("10.0.0.1/24 fd00::1"; without: 24 and 64); what is no address is passed over. `ops` and `link` are the near end of
 * its link. Returns the host's number.
 */
int wire_add_host(struct wire *wire, const char *name, const char *addresses, const struct wire_link_ops *ops,
		  void *link);
/* From now on the loop reads the host's link when this descriptor is readable. */
void wire_watch_link(struct wire *wire, int host, int fd);
/* Takes at once what the link of that host has to be read: for who tells of what was sent, and names its segments. */
void wire_read_now(struct wire *wire, int host);
/* The number of a host by its name; -1: there is none. */
int wire_host_number(const struct wire *wire, const char *name);
/* A packet of a host whose link is not watched. Longer than WIRE_PACKET_MOST is cut. */
void wire_take(struct wire *wire, int host, const void *bytes, size_t len);

/*
 * Hold: what the hosts have sent until now is read and, as what is under way, arrives; all that comes later is held. It
 * has taken effect when wire_is_quiet() says so, and ops.settled is called.
 * Flow: what is held is delivered, the oldest first, a part in each turn of the loop; then it flows.
 * Each tells of itself by a `wire` event, also if nothing changes.
 */
void wire_hold(struct wire *wire);
void wire_flow(struct wire *wire);
/* Is nothing under way, nothing to be released, and no link readable? What is held may wait for ever, and what is to be
 * overtaken (the setting reorder) until another comes. */
bool wire_is_quiet(const struct wire *wire);
/* It is quiet and all is asleep, so no other will come that could overtake: what waits for that goes on. False: nothing
 * did. */
bool wire_nobody_overtakes(struct wire *wire);
/* The oldest held segment's number; 0: none is held. */
int64_t wire_oldest(const struct wire *wire);

/* Hands a held segment over to its receiver. (`step` is that with n 0, and then waiting for quiet.) */
bool wire_deliver(struct wire *wire, int64_t n, struct text *message);
/* Takes a held segment off the wire. Copies of it that are sent later come as segments of their own. */
bool wire_drop(struct wire *wire, int64_t n, struct text *message);
/*
 * Hands over a copy of a segment at once: of one that is held, which stays so, or of one that was delivered or dropped
 * and that the world still has. The copy has a number of its own, which is put into `*copy`.
 */
bool wire_duplicate(struct wire *wire, int64_t n, int64_t *copy, struct text *message);
/* Changes one bit of a held segment, in its data or else in its checksum, so that its receiver will pass it over. */
bool wire_corrupt(struct wire *wire, int64_t n, struct text *message);

/*
 * A packet of the user's own making enters the wire as if that host had sent it, and is held or flows as others do, but
 * is never folded and never counts as what its connection has sent. Returns its number.
 */
int64_t wire_inject(struct wire *wire, int host, const void *bytes, size_t len);
/*
 * What the connection between the plan's addresses and ports would say next: fills in seq, ack and window as its sender
 * has them. False: no such connection was seen on the wire, and nothing is filled in.
 */
bool wire_fill_plan(const struct wire *wire, struct packet_plan *plan);

/*
 * Settings for what flows: for the whole wire (no host given), for what one host sends (no `to`) or is sent (no
 * `from`), or for one direction. A pair of hosts is both its directions. While segments are held only the mtu counts:
 * each is in the user's hand.
 */
bool wire_set(struct wire *wire, const struct wire_wish *wish, struct text *message);
/* Chance begins anew, with this seed; 0 is the one it has at first. */
void wire_set_seed(struct wire *wire, uint64_t seed);
void wire_set_fold(struct wire *wire, bool on);
void wire_set_background(struct wire *wire, bool on);
/* Takes a host off the wire, or puts it back: what it sends, and what it would be handed, is dropped. */
bool wire_cut(struct wire *wire, const char *host, bool cut, struct text *message);

/*
 * For the command `wire`: "wire held, 3 waiting" (or "wire flows", "wire flows, 2 under way"), with how many were
 * dropped since there was no room for them; then the settings, then a line for each of the oldest held ones, at most
 * `most`, and how many more there are. Each line ends with a newline.
 */
void wire_describe(const struct wire *wire, size_t most, struct text *out);

#endif
