#include "world/segments.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Held ones may be this many more; the wire that holds them has the same bound. */
enum { RING_MOST = 2 * SEGMENTS_MOST };

/* The texts of an event, about. */
enum { TEXTS_OF_ONE = 256 };

/* Where the segments of a message are looked for: the last ones. */
enum { SEGMENTS_LOOKED_AT = 1000 };

void world_segments_init(struct world_segments *segments)
{
	*segments = (struct world_segments){ 0 };
}

static struct world_segment **slot(const struct world_segments *segments, size_t index)
{
	return &segments->ring[(segments->first + index) % segments->room];
}

static size_t size_of(const struct world_segment *segment)
{
	return sizeof(*segment) + TEXTS_OF_ONE + segment->told.segment.packet.len;
}

static void unhold(struct world_segments *segments, struct world_segment *segment)
{
	if (!segment->held)
		return;
	if (segment->held_before != NULL)
		segment->held_before->held_after = segment->held_after;
	else
		segments->held_first = segment->held_after;
	if (segment->held_after != NULL)
		segment->held_after->held_before = segment->held_before;
	else
		segments->held_last = segment->held_before;
	segment->held = false;
	segments->held_count--;
}

/* Mostly at the end. */
static void hold(struct world_segments *segments, struct world_segment *segment)
{
	struct world_segment *before = segments->held_last;

	if (segment->held)
		return;
	while (before != NULL && before->told.segment.n > segment->told.segment.n)
		before = before->held_before;
	segment->held_before = before;
	segment->held_after = before == NULL ? segments->held_first : before->held_after;
	if (segment->held_before != NULL)
		segment->held_before->held_after = segment;
	else
		segments->held_first = segment;
	if (segment->held_after != NULL)
		segment->held_after->held_before = segment;
	else
		segments->held_last = segment;
	segment->held = true;
	segments->held_count++;
}

static void drop_oldest(struct world_segments *segments)
{
	struct world_segment *oldest = *slot(segments, 0);

	unhold(segments, oldest);
	segments->bytes -= size_of(oldest);
	event_release(&oldest->told);
	free(oldest);
	segments->first = (segments->first + 1) % segments->room;
	segments->count--;
}

void world_segments_release(struct world_segments *segments)
{
	while (segments->count > 0)
		drop_oldest(segments);
	free(segments->ring);
	world_messages_release(&segments->messages);
	world_segments_init(segments);
}

void world_segments_clear(struct world_segments *segments)
{
	size_t most = segments->most;

	world_segments_release(segments);
	segments->most = most;
}

static bool is_too_much(const struct world_segments *segments)
{
	size_t most = segments->most == 0 ? SEGMENTS_MOST : segments->most;

	if (segments->room == 0 ||
	    (segments->count - segments->held_count <= most && segments->bytes <= SEGMENT_BYTES_MOST))
		return false;
	return !(*slot(segments, 0))->held || segments->count > RING_MOST ||
	       segments->bytes > (size_t)4 * SEGMENT_BYTES_MOST;
}

static void make_room(struct world_segments *segments)
{
	size_t room = segments->room == 0 ? 64 : segments->room * 2;
	struct world_segment **ring;

	if (segments->count < segments->room)
		return;
	ring = xcalloc(room, sizeof(struct world_segment *));
	for (size_t i = 0; i < segments->count; i++)
		ring[i] = *slot(segments, i);
	free(segments->ring);
	segments->ring = ring;
	segments->room = room;
	segments->first = 0;
}

/* Index of the first whose number is at least n. */
static size_t index_of(const struct world_segments *segments, int64_t n)
{
	size_t low = 0, high = segments->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((*slot(segments, middle))->told.segment.n < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct world_segment *world_segments_at(const struct world_segments *segments, size_t index)
{
	return *slot(segments, index);
}

const struct world_segment *world_segments_find(const struct world_segments *segments, int64_t n)
{
	size_t index = index_of(segments, n);
	const struct world_segment *found = index < segments->count ? *slot(segments, index) : NULL;

	return found != NULL && found->told.segment.n == n ? found : NULL;
}

static struct world_segment *insert(struct world_segments *segments, int64_t n)
{
	size_t at = index_of(segments, n);
	struct world_segment *segment = xcalloc(1, sizeof(*segment));

	make_room(segments);
	for (size_t i = segments->count; i > at; i--)
		*slot(segments, i) = *slot(segments, i - 1);
	*slot(segments, at) = segment;
	segments->count++;
	event_init(&segment->told, EVENT_segment);
	return segment;
}

static void copy_one(struct world_segments *to, const struct world_segment *from)
{
	struct world_segment *segment = xcalloc(1, sizeof(*segment));

	event_copy(&segment->told, &from->told);
	segment->seen = from->seen;
	segment->decided = from->decided;
	*slot(to, to->count++) = segment;
	if (from->held)
		hold(to, segment);
}

void world_segments_copy(struct world_segments *to, const struct world_segments *from)
{
	*to = (struct world_segments){
		.room = from->room, .bytes = from->bytes, .fallen_off = from->fallen_off, .most = from->most,
	};
	world_messages_copy(&to->messages, &from->messages);
	if (from->room == 0)
		return;
	to->ring = xcalloc(from->room, sizeof(struct world_segment *));
	for (size_t i = 0; i < from->count; i++)
		copy_one(to, *slot(from, i));
}

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* Takes the new event in place of the old one, whose packet stays if the new one has none, and its messages. */
static void replace_told(struct world_segment *segment, const struct event *event)
{
	struct event old = segment->told;

	event_copy(&segment->told, event);
	if (event->segment.packet.bytes == NULL) {
		segment->told.segment.packet = old.segment.packet;
		old.segment.packet = (struct event_bytes){ 0 };
	}
	if (event->segment.tls == NULL) {
		segment->told.segment.tls = old.segment.tls;
		old.segment.tls = NULL;
	}
	if (event->segment.cause.kind == CAUSE_UNKNOWN)
		segment->told.segment.cause = old.segment.cause;
	event_release(&old);
}

/* ---- messages of TLS ---- */

static void name_messages(const struct world_segments *segments, struct world_segment *segment)
{
	char *names = world_messages_in(&segments->messages, &segment->told.segment);

	if (names == NULL)
		return;
	free(segment->told.segment.tls);
	segment->told.segment.tls = names;
}

/* Those that carry it are among the last ones. */
static size_t first_to_look_at(const struct world_segments *segments)
{
	return segments->count > SEGMENTS_LOOKED_AT ? segments->count - SEGMENTS_LOOKED_AT : 0;
}

static void apply_message(struct world_segments *segments, const struct event_tls *tls)
{
	if (!world_messages_add(&segments->messages, tls))
		return;
	for (size_t i = first_to_look_at(segments); i < segments->count; i++)
		if (world_message_is_in(tls, &(*slot(segments, i))->told.segment))
			name_messages(segments, *slot(segments, i));
}

char *world_segments_of_message(const struct world_segments *segments, const struct event_tls *tls)
{
	struct text names;
	int named = 0;

	text_init(&names);
	for (size_t i = first_to_look_at(segments); i < segments->count && named < SEGMENTS_NAMED; i++) {
		const struct event_segment *segment = &(*slot(segments, i))->told.segment;

		if (world_message_is_in(tls, segment))
			text_addf(&names, "%s#%lld", named++ > 0 ? " " : "", (long long)segment->n);
	}
	return text_take(&names);
}

void world_segments_apply(struct world_segments *segments, const struct event *event)
{
	struct world_segment *segment;
	size_t index;

	if (event->kind == EVENT_tls) {
		apply_message(segments, &event->tls);
		return;
	}
	if (event->segment.n == EVENT_NO_INT || event->segment.verdict == NULL)
		return;
	index = index_of(segments, event->segment.n);
	segment = index < segments->count ? *slot(segments, index) : NULL;
	if (segment == NULL || segment->told.segment.n != event->segment.n) {
		segment = insert(segments, event->segment.n);
		segment->seen = event->segment.came >= 0 ? event->segment.came : event->t;
	} else {
		segments->bytes -= size_of(segment);
	}
	if (!is(segment->told.segment.verdict, event->segment.verdict))
		segment->decided = event->t;
	replace_told(segment, event);
	if (segments->messages.count > 0)
		name_messages(segments, segment);
	segments->bytes += size_of(segment);
	if (is(event->segment.verdict, "held"))
		hold(segments, segment);
	else
		unhold(segments, segment);
	while (segments->count > 0 && is_too_much(segments)) {
		drop_oldest(segments);
		segments->fallen_off++;
	}
}

bool world_segment_has_flag(const struct event_segment *segment, const char *flag)
{
	const char *flags = segment->flags == NULL ? "" : segment->flags;
	size_t len = strlen(flag);

	while (*flags != '\0') {
		size_t part = strcspn(flags, ",");

		if (part == len && memcmp(flags, flag, len) == 0)
			return true;
		flags += part + (flags[part] == ',');
	}
	return false;
}

/* ---- in words ---- */

static void add_number(struct text *out, const char *name, int64_t number)
{
	if (number != EVENT_NO_INT)
		text_addf(out, "%s%s=%lld", out->len > 0 ? " " : "", name, (long long)number);
}

static void add_word(struct text *out, const char *word)
{
	if (word != NULL && *word != '\0')
		text_addf(out, "%s%s", out->len > 0 ? " " : "", word);
}

static void label_tcp(struct text *out, const struct event_segment *segment)
{
	add_word(out, segment->flags != NULL && *segment->flags == '\0' ? "no flags" : segment->flags);
	add_number(out, "seq", segment->seq_rel);
	if (world_segment_has_flag(segment, "ACK"))
		add_number(out, "ack", segment->ack_rel);
	add_number(out, "win", segment->win);
	add_number(out, "len", segment->len);
	add_word(out, segment->options);
	if (segment->segments != EVENT_NO_INT)
		text_addf(out, " (%lld segments)", (long long)segment->segments);
	if (segment->tls != NULL)
		text_addf(out, " TLS: %s", segment->tls);
	add_word(out, segment->info);
}

static bool is_said(const char *info, const char *words)
{
	return info != NULL && strstr(info, words) != NULL;
}

bool world_segment_is_sum(const struct event_segment *segment)
{
	return segment->segments != EVENT_NO_INT && segment->flags == NULL;
}

void world_segment_label(struct text *out, const struct event_segment *segment)
{
	struct text label;

	text_init(&label);
	if (world_segment_is_sum(segment))
		text_addf(&label, "%lld segments, %lld bytes", (long long)segment->segments, (long long)segment->len);
	else if (segment->flags != NULL)
		label_tcp(&label, segment);
	else if (segment->info != NULL)
		add_word(&label, segment->info);
	else
		text_addf(&label, "%s len=%lld", segment->proto == NULL ? "packet" : segment->proto,
			  (long long)segment->len);
	if (segment->malformed != NULL && !is_said(segment->info, segment->malformed))
		text_addf(&label, " malformed: %s", segment->malformed);
	text_add(out, label.data);
	text_release(&label);
}

void world_segment_fate(struct text *out, const struct event_segment *segment)
{
	text_add(out, segment->verdict == NULL ? "" : segment->verdict);
	if (segment->why != NULL)
		text_addf(out, " (%s)", segment->why);
	if (segment->sent != EVENT_NO_INT && segment->sent > 1)
		text_addf(out, ", sent %lld times", (long long)segment->sent);
	if (segment->copy_of != EVENT_NO_INT)
		text_addf(out, ", copy of #%lld", (long long)segment->copy_of);
}

void world_segment_line(struct text *out, const struct event_segment *segment)
{
	text_addf(out, "#%lld %s %s > %s %s  ", (long long)segment->n, segment->from == NULL ? "?" : segment->from,
		  segment->src == NULL ? "?" : segment->src, segment->to == NULL ? "?" : segment->to,
		  segment->dst == NULL ? "?" : segment->dst);
	world_segment_label(out, segment);
	text_add(out, "  ");
	world_segment_fate(out, segment);
}
