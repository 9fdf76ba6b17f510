/*
 * How the wire treats what passes in flow mode: delay, loss and so on, for the whole wire, for one direction, or for
 * what a host sends or receives. The last word holds: a setting for the whole wire replaces what was set for
 * parts of it.
 */
#ifndef SOCKSTEP_LAB_WIRE_RULES_H
#define SOCKSTEP_LAB_WIRE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Name, word, unit, least and most that a value other than 0 may be. */
#define WIRE_SETTINGS(SETTING) \
	SETTING(DELAY, "delay", SECONDS, 1e-6, 3600) \
	SETTING(JITTER, "jitter", SECONDS, 1e-6, 3600) \
	SETTING(LOSS, "loss", SHARE, 1e-9, 1) \
	SETTING(DUPLICATE, "duplicate", SHARE, 1e-9, 1) \
	SETTING(REORDER, "reorder", SHARE, 1e-9, 1) \
	SETTING(RATE, "rate", BITS, 1, 1e12) \
	SETTING(QUEUE, "queue", PACKETS, 1, 100000) \
	SETTING(MTU, "mtu", BYTES, 68, 65535)

enum wire_setting {
#define SETTING(name, word, unit, least, most) WIRE_##name,
	WIRE_SETTINGS(SETTING)
#undef SETTING
	WIRE_SETTING_COUNT,
};

/* Hosts are numbers from 0, in the order in which they were added to the wire. */
enum { WIRE_ANY = -1 };

struct wire_rule {
	enum wire_setting setting;
	int from, to; /* hosts, or WIRE_ANY */
	double value; /* seconds, a share of 1, bits a second, packets, bytes; 0: off */
};

struct wire_rules {
	struct wire_rule *rules; /* (owned) the newest last; several may fit */
	size_t count, room;
};

void wire_rules_init(struct wire_rules *rules);
void wire_rules_release(struct wire_rules *rules);
/* Replaces every rule of this setting for a part of what is meant now. */
void wire_rules_set(struct wire_rules *rules, const struct wire_rule *rule);
/* The value that holds from one host to another; 0: off. */
double wire_rules_get(const struct wire_rules *rules, enum wire_setting setting, int from, int to);

/* "delay". */
const char *wire_setting_word(enum wire_setting setting);
/* False if the word is none. */
bool wire_setting_find(const char *word, enum wire_setting *setting);
/*
 * Reads a value with its unit: "50ms" "1.5s" "20us", "10%", "1mbit" "64kbit" "2gbit" "300bit", "10", "1280"; "off" and
 * "0" are 0. False: `message` says what is wrong.
 */
bool wire_value_parse(enum wire_setting setting, const char *word, double *value, struct text *message);
/* The same back: "50ms", "off". */
void wire_value_describe(struct text *out, enum wire_setting setting, double value);

#endif
