#include "packet/ranges.h"

#include <string.h>

struct seq_span seq_span_of(const struct packet *packet)
{
	const struct packet_tcp *tcp = &packet->tcp;
	bool is_reset = (tcp->flags & FLAG_RST) != 0;

	return (struct seq_span){
		.seq = tcp->seq,
		.len = is_reset ? 0 : packet->payload_len,
		.has_syn = !is_reset && (tcp->flags & FLAG_SYN) != 0,
		.has_fin = !is_reset && (tcp->flags & FLAG_FIN) != 0,
	};
}

uint32_t seq_span_len(const struct seq_span *span)
{
	return span->len + span->has_syn + span->has_fin;
}

uint32_t seq_span_end(const struct seq_span *span)
{
	return span->seq + seq_span_len(span);
}

void seq_set_init(struct seq_set *set)
{
	*set = (struct seq_set){ 0 };
}

static struct seq_range data_range(const struct seq_span *span)
{
	uint32_t left = span->seq + span->has_syn;

	return (struct seq_range){ .left = left, .right = left + span->len };
}

/* Takes out the ranges from index `first` up to, not including, `end`. */
static void delete_ranges(struct seq_set *set, uint32_t first, uint32_t end)
{
	memmove(&set->bytes[first], &set->bytes[end], (set->count - end) * sizeof(set->bytes[0]));
	set->count -= end - first;
}

/* Makes room for one range at `index` and returns where it now belongs: the oldest gives way when the set is full. */
static void insert_range(struct seq_set *set, uint32_t index, struct seq_range range)
{
	if (set->count == SEQ_RANGES_MOST) {
		if (index == 0)
			return;
		delete_ranges(set, 0, 1);
		index--;
	}
	memmove(&set->bytes[index + 1], &set->bytes[index], (set->count - index) * sizeof(set->bytes[0]));
	set->bytes[index] = range;
	set->count++;
}

/* Index of the first range that ends at `seq` or after it. */
static uint32_t first_reaching(const struct seq_set *set, uint32_t seq)
{
	uint32_t i = 0;

	while (i < set->count && seq_before(set->bytes[i].right, seq))
		i++;
	return i;
}

/* Forgets what lies more than SEQ_REACH before the newest byte, so that all of the set can be compared. */
static void forget_far(struct seq_set *set)
{
	uint32_t oldest = set->bytes[set->count - 1].right - SEQ_REACH;
	uint32_t gone = 0;

	while (seq_before(set->bytes[gone].right, oldest))
		gone++;
	delete_ranges(set, 0, gone);
	if (seq_before(set->bytes[0].left, oldest))
		set->bytes[0].left = oldest;
}

static void add_range(struct seq_set *set, struct seq_range range)
{
	uint32_t first = first_reaching(set, range.left), end = first;

	if (range.left == range.right)
		return;
	while (end < set->count && !seq_before(range.right, set->bytes[end].left)) {
		if (seq_before(set->bytes[end].left, range.left))
			range.left = set->bytes[end].left;
		if (seq_before(range.right, set->bytes[end].right))
			range.right = set->bytes[end].right;
		end++;
	}
	delete_ranges(set, first, end);
	insert_range(set, first, range);
	forget_far(set);
}

static bool is_near(uint32_t a, uint32_t b)
{
	return a - b < SEQ_REACH || b - a < SEQ_REACH;
}

/* Any number that the set knows; false if it is empty. */
static bool known_number(const struct seq_set *set, uint32_t *seq)
{
	if (set->count > 0)
		*seq = set->bytes[set->count - 1].right;
	else if (set->has_fin)
		*seq = set->fin;
	else if (set->has_syn)
		*seq = set->syn;
	else
		return false;
	return true;
}

void seq_set_add(struct seq_set *set, const struct seq_span *span)
{
	uint32_t known;

	if (span->has_syn && (!set->has_syn || set->syn != span->seq)) {
		if (set->has_syn || (known_number(set, &known) && !is_near(known, span->seq)))
			seq_set_init(set);
		set->has_syn = true;
		set->syn = span->seq;
	} else if (known_number(set, &known) && !is_near(known, span->seq)) {
		return;
	}
	if (span->has_fin) {
		set->has_fin = true;
		set->fin = seq_span_end(span) - 1;
	}
	add_range(set, data_range(span));
}

static void remove_range(struct seq_set *set, struct seq_range range)
{
	uint32_t i = 0;

	while (i < set->count) {
		struct seq_range old = set->bytes[i];
		bool keeps_left = seq_before(old.left, range.left), keeps_right = seq_before(range.right, old.right);

		if (!seq_before(old.left, range.right) || !seq_before(range.left, old.right)) {
			i++;
			continue;
		}
		delete_ranges(set, i, i + 1);
		/* The second half first: if the full set must forget, it forgets from its beginning. */
		if (keeps_right)
			insert_range(set, i, (struct seq_range){ .left = range.right, .right = old.right });
		if (keeps_left)
			insert_range(set, i, (struct seq_range){ .left = old.left, .right = range.left });
		if (keeps_right)
			return;
		i += keeps_left ? 1 : 0;
	}
}

void seq_set_remove(struct seq_set *set, const struct seq_span *span)
{
	struct seq_range range = data_range(span);

	if (span->has_syn && set->syn == span->seq)
		set->has_syn = false;
	if (span->has_fin && set->fin == seq_span_end(span) - 1)
		set->has_fin = false;
	if (range.left != range.right)
		remove_range(set, range);
}

static bool covers_range(const struct seq_set *set, struct seq_range range)
{
	uint32_t i = first_reaching(set, range.right);

	return i < set->count && !seq_before(range.left, set->bytes[i].left)
		&& seq_before(range.left, set->bytes[i].right);
}

bool seq_set_covers(const struct seq_set *set, const struct seq_span *span)
{
	if (seq_span_len(span) == 0)
		return false;
	if (span->has_syn && (!set->has_syn || set->syn != span->seq))
		return false;
	if (span->has_fin && (!set->has_fin || set->fin != seq_span_end(span) - 1))
		return false;
	return span->len == 0 || covers_range(set, data_range(span));
}
