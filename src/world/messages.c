#include "world/messages.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static void release_one(struct world_message *message)
{
	free(message->src);
	free(message->dst);
	free(message->name);
}

void world_messages_release(struct world_messages *messages)
{
	for (size_t i = 0; i < messages->count; i++)
		release_one(&messages->all[i]);
	free(messages->all);
	*messages = (struct world_messages){ 0 };
}

void world_messages_copy(struct world_messages *to, const struct world_messages *from)
{
	*to = (struct world_messages){ .count = from->count };
	if (from->all == NULL)
		return;
	to->all = xcalloc(WORLD_MESSAGES_MOST, sizeof(*to->all));
	for (size_t i = 0; i < from->count; i++) {
		to->all[i] = from->all[i];
		to->all[i].src = xstrdup(from->all[i].src);
		to->all[i].dst = xstrdup(from->all[i].dst);
		to->all[i].name = xstrdup(from->all[i].name);
	}
}

/* Its receiver may take it to begin with what stands before it, so its end counts. */
static bool is_known(const struct world_messages *messages, const struct event_tls *tls)
{
	for (size_t i = messages->count; i > 0; i--) {
		const struct world_message *message = &messages->all[i - 1];

		if (message->last == tls->seq_last && string_is(message->name, tls->text) &&
		    string_is(message->src, tls->src) && string_is(message->dst, tls->dst))
			return true;
	}
	return false;
}

bool world_messages_add(struct world_messages *messages, const struct event_tls *tls)
{
	if (tls->src == NULL || tls->dst == NULL || tls->text == NULL || tls->seq_first == EVENT_NO_INT ||
	    is_known(messages, tls))
		return false;
	if (messages->all == NULL)
		messages->all = xcalloc(WORLD_MESSAGES_MOST, sizeof(*messages->all));
	if (messages->count == WORLD_MESSAGES_MOST) {
		release_one(&messages->all[0]);
		memmove(&messages->all[0], &messages->all[1], (--messages->count) * sizeof(*messages->all));
	}
	messages->all[messages->count++] = (struct world_message){
		.src = xstrdup(tls->src),
		.dst = xstrdup(tls->dst),
		.name = xstrdup(tls->text),
		.first = tls->seq_first,
		.last = tls->seq_last,
	};
	return true;
}

/* ---- in segments ---- */

static bool is_in(const struct world_message *message, const struct event_segment *segment)
{
	return segment->len != EVENT_NO_INT && segment->len > 0 && segment->seq_rel != EVENT_NO_INT &&
	       segment->flags != NULL && segment->src != NULL && segment->dst != NULL &&
	       segment->seq_rel <= message->last && segment->seq_rel + segment->len > message->first &&
	       string_is(message->src, segment->src) && string_is(message->dst, segment->dst);
}

bool world_message_is_in(const struct event_tls *tls, const struct event_segment *segment)
{
	const struct world_message message = { tls->src, tls->dst, tls->text, tls->seq_first, tls->seq_last };

	return is_in(&message, segment);
}

/* The one that follows `before` in the stream (NULL: the first of all), of those in the segment. */
static const struct world_message *next_in(const struct world_messages *messages, const struct event_segment *segment,
					   const struct world_message *before)
{
	const struct world_message *next = NULL;

	for (size_t i = 0; i < messages->count; i++) {
		const struct world_message *message = &messages->all[i];

		if (!is_in(message, segment) || message == before)
			continue;
		if (before != NULL && (message->first < before->first ||
				       (message->first == before->first && message < before)))
			continue;
		if (next == NULL || message->first < next->first)
			next = message;
	}
	return next;
}

char *world_messages_in(const struct world_messages *messages, const struct event_segment *segment)
{
	const struct world_message *message = next_in(messages, segment, NULL);
	struct text names;

	if (message == NULL)
		return NULL;
	text_init(&names);
	for (; message != NULL; message = next_in(messages, segment, message))
		text_addf(&names, "%s%s", names.len > 0 ? ", " : "", message->name);
	return text_take(&names);
}
