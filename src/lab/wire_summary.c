#include "lab/wire_summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void wire_summary_init(struct wire_summary *summary)
{
	*summary = (struct wire_summary){ .sums = xcalloc(WIRE_SUMS_MOST, sizeof(struct wire_sum)) };
}

void wire_summary_release(struct wire_summary *summary)
{
	wire_summary_clear(summary);
	free(summary->sums);
	*summary = (struct wire_summary){ 0 };
}

bool wire_summary_admits(struct wire_summary *summary, double now, int64_t most)
{
	if (now - summary->second >= 1) {
		summary->second = now;
		summary->told = 0;
	}
	if (summary->told >= most)
		return false;
	summary->told++;
	return true;
}

static bool is_same_reason(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : string_is(a, b);
}

static bool is_same(const struct wire_sum *a, const struct wire_sum *b)
{
	return a->src_port == b->src_port && a->dst_port == b->dst_port && a->protocol == b->protocol
		&& a->from == b->from && a->to == b->to && a->version == b->version && a->has_ports == b->has_ports
		&& a->dropped == b->dropped && memcmp(&a->src, &b->src, sizeof(a->src)) == 0
		&& memcmp(&a->dst, &b->dst, sizeof(a->dst)) == 0;
}

bool wire_summary_add(struct wire_summary *summary, const struct wire_sum *one, const char *why)
{
	for (size_t i = 0; i < summary->count; i++) {
		struct wire_sum *sum = &summary->sums[i];

		if (!is_same(sum, one) || !is_same_reason(sum->why, why))
			continue;
		sum->segments += one->segments;
		sum->bytes += one->bytes;
		if (one->n > sum->n)
			sum->n = one->n;
		return true;
	}
	if (summary->count == WIRE_SUMS_MOST)
		return false;
	summary->sums[summary->count] = *one;
	summary->sums[summary->count++].why = why == NULL ? NULL : xstrdup(why);
	return true;
}

static int compare_sums(const void *left, const void *right)
{
	const struct wire_sum *a = left, *b = right;

	return a->n < b->n ? -1 : a->n > b->n;
}

void wire_summary_sort(struct wire_summary *summary)
{
	qsort(summary->sums, summary->count, sizeof(*summary->sums), compare_sums);
}

void wire_summary_clear(struct wire_summary *summary)
{
	for (size_t i = 0; i < summary->count; i++)
		free(summary->sums[i].why);
	summary->count = 0;
}
