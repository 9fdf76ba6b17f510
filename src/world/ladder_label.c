#include "world/ladder_label.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "world/segments.h"
#include "world/sketch.h"

enum {
	PARTS_MOST = 16,
	RANK_PORTS = 2,
	RANK_NAMES = 3, /* what it is called: a retransmission, a ServerHello */
	RANK_OPTIONS = 8,
};

/* A piece of a label; the lower the rank, the sooner it gets room. */
struct part {
	char *text;  /* (owned) */
	char *brief; /* (owned) what will do for it where room is short; NULL: nothing */
	int rank;
	bool is_in;
};

struct label {
	struct part parts[PARTS_MOST];
	size_t count;
};

static void add_part_or_brief(struct label *label, int rank, char *text, char *brief)
{
	if (text == NULL || *text == '\0' || label->count == PARTS_MOST) {
		free(text);
		free(brief);
		return;
	}
	label->parts[label->count++] = (struct part){ .text = text, .brief = brief, .rank = rank };
}

static void add_part(struct label *label, int rank, char *text)
{
	add_part_or_brief(label, rank, text, NULL);
}

static void add_number(struct label *label, int rank, const char *name, int64_t number)
{
	if (number != EVENT_NO_INT)
		add_part(label, rank, text_format("%s=%lld", name, (long long)number));
}

/* "[TCP Retransmission] [TCP ZeroWindow]" without what goes without saying. */
static char *short_names(const char *info)
{
	struct text names;

	text_init(&names);
	for (const char *at = info; *at != '\0'; at++) {
		if (string_starts_with(at, "[TCP "))
			at += 4;
		else if (*at == ']' && at[1] == ' ')
			text_add_char(&names, ',');
		else if (*at != ']')
			text_add_char(&names, *at);
	}
	return text_take(&names);
}

/* "TLS ServerHello +5" of "ServerHello, Certificate, …": the pane of the segment has all of them. ChangeCipherSpec
 * says the least. */
static char *short_tls(const char *names)
{
	static const char least[] = "ChangeCipherSpec, ";
	int more = 0;

	if (string_starts_with(names, least)) {
		names += strlen(least);
		more++;
	}
	for (const char *at = names; (at = strchr(at, ',')) != NULL; at++)
		more++;
	if (more == 0)
		return text_format("TLS %s", names);
	return text_format("TLS %.*s +%d", (int)strcspn(names, ","), names, more);
}

const char *ladder_label_port(const char *address)
{
	const char *colon = address == NULL ? NULL : strrchr(address, ':');

	return colon != NULL && (strchr(address, ':') == colon || colon[-1] == ']') ? colon : NULL;
}

static void add_options(struct label *label, const char *options)
{
	char *words = xstrdup(options), *rest = words, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		add_part(label, RANK_OPTIONS, xstrdup(word));
	free(words);
}

/* The name that is the longest of those that are often seen has a short form. */
static void add_names(struct label *label, char *names)
{
	static const char longest[] = "Retransmission";
	const char *at = strstr(names, longest);
	char *brief = NULL;

	if (at != NULL)
		brief = text_format("%.*sRetrans.%s", (int)(at - names), names, at + strlen(longest));
	add_part_or_brief(label, RANK_NAMES, names, brief);
}

static void add_what(struct label *label, const struct event_segment *segment)
{
	if (world_segment_is_sum(segment)) {
		add_part(label, 0, text_format("%lld segments", (long long)segment->segments));
		add_part(label, 4, text_format("%lld bytes", (long long)segment->len));
		return;
	}
	if (segment->flags == NULL) {
		if (segment->info != NULL)
			add_part(label, 0, xstrdup(segment->info));
		else
			add_part(label, 0,
				 text_format("%s len=%lld", segment->proto == NULL ? "" : segment->proto,
					     (long long)segment->len));
		return;
	}
	add_part(label, 0, xstrdup(*segment->flags == '\0' ? "no flags" : segment->flags));
	add_number(label, 4, "seq", segment->seq_rel);
	if (world_segment_has_flag(segment, "ACK"))
		add_number(label, 5, "ack", segment->ack_rel);
	if (segment->len > 0)
		add_number(label, 6, "len", segment->len);
	add_number(label, 7, "win", segment->win);
	if (segment->segments != EVENT_NO_INT)
		add_part(label, RANK_NAMES, text_format("(%lld segments)", (long long)segment->segments));
	if (segment->tls != NULL)
		add_part(label, RANK_NAMES, short_tls(segment->tls));
	if (segment->options != NULL)
		add_options(label, segment->options);
	if (segment->info != NULL)
		add_names(label, short_names(segment->info));
}

/* Of a service's port and one that the kernel chose, the second alone tells which connection it is. */
static void add_ports(struct label *label, const char *src, const char *dst)
{
	bool src_chosen;

	if (src == NULL || dst == NULL)
		return;
	src_chosen = strtol(src + 1, NULL, 10) >= strtol(dst + 1, NULL, 10);
	add_part_or_brief(label, RANK_PORTS, text_format("%s>%s", src, dst),
			  src_chosen ? text_format("%s>", src) : text_format(">%s", dst));
}

static void collect_parts(struct label *label, const struct event_segment *segment, bool ports)
{
	if (ports)
		add_ports(label, ladder_label_port(segment->src), ladder_label_port(segment->dst));
	if (segment->from != NULL && string_is(segment->from, "router"))
		add_part(label, 1, xstrdup("router:"));
	add_what(label, segment);
	if (segment->to != NULL && string_is(segment->to, "*"))
		add_part(label, 1, text_format("to %s", segment->dst == NULL ? "all" : segment->dst));
	if (segment->malformed != NULL)
		add_part(label, 1, xstrdup("malformed"));
	if (segment->sent != EVENT_NO_INT && segment->sent > 1)
		add_part(label, 1, text_format("×%lld", (long long)segment->sent));
	if (segment->copy_of != EVENT_NO_INT)
		add_part(label, 1, text_format("copy of #%lld", (long long)segment->copy_of));
}

static bool fit_up_to(const struct label *label, int rank, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < label->count; i++)
		if (label->parts[i].rank <= rank)
			used += sketch_columns(label->parts[i].text) + (used > 0 ? 1 : 0);
	return used <= room;
}

static void exchange_brief(struct part *part)
{
	char *text = part->text;

	if (part->brief == NULL)
		return;
	part->text = part->brief;
	part->brief = text;
}

/* Makes as many brief, from the first on, as it takes. False: all of them, and still there is no room. */
static bool shorten_until_fit(struct label *label, int rank, size_t room)
{
	for (size_t i = 0; i < label->count && !fit_up_to(label, rank, room); i++)
		exchange_brief(&label->parts[i]);
	return fit_up_to(label, rank, room);
}

/* Where the names have no room at all, nothing is to be brief for their sake. */
static void shorten_parts(struct label *label, size_t room)
{
	if (shorten_until_fit(label, RANK_NAMES, room))
		return;
	for (size_t i = 0; i < label->count; i++)
		exchange_brief(&label->parts[i]);
	shorten_until_fit(label, RANK_PORTS, room);
}

/* Chooses, by rank, the parts that fit. */
static void choose_parts(struct label *label, size_t room)
{
	size_t used = 0;

	for (int rank = 0; rank <= RANK_OPTIONS; rank++)
		for (size_t i = 0; i < label->count; i++) {
			size_t columns = sketch_columns(label->parts[i].text) + (used > 0 ? 1 : 0);

			if (label->parts[i].rank != rank)
				continue;
			/* Of the options as many as fit, from the first on. */
			if (used + columns > room && rank == RANK_OPTIONS)
				return;
			if (used + columns > room && rank > 0)
				continue;
			label->parts[i].is_in = true;
			used += columns;
		}
}

void ladder_label_write(struct text *out, const struct event_segment *segment, size_t room, bool ports)
{
	struct label label = { .count = 0 };

	collect_parts(&label, segment, ports);
	shorten_parts(&label, room);
	choose_parts(&label, room);
	for (size_t i = 0; i < label.count; i++) {
		if (label.parts[i].is_in)
			text_addf(out, "%s%s", out->len > 0 ? " " : "", label.parts[i].text);
		free(label.parts[i].text);
		free(label.parts[i].brief);
	}
	sketch_cut(out, room);
}
