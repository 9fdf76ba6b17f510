#include "lab/request.h"

#include <stdlib.h>

#include "base/mem.h"

static const struct stream *stream_of(const struct lab *lab, const struct lab_asked *asked)
{
	return asked->side == NULL ? &lab->agent_stream : &asked->side->stream;
}

static void forget(struct lab *lab, size_t i)
{
	lab->asked[i] = lab->asked[--lab->asked_count];
}

static size_t first_lost(const struct lab *lab)
{
	size_t i = 0;

	while (i < lab->asked_count && !stream_of(lab, &lab->asked[i])->ended)
		i++;
	return i;
}

/* One in each turn of the loop: who is told may ask anew, or begin everything anew. */
static void on_lost(int fd, short what, void *context)
{
	struct lab *lab = context;
	size_t i = first_lost(lab);
	struct lab_asked lost;
	char *reason;

	(void)fd;
	(void)what;
	if (i == lab->asked_count)
		return;
	lost = lab->asked[i];
	forget(lab, i);
	reason = lost.side == NULL ? xstrdup("the agent has ended; `reset` starts everything anew")
				   : text_format("%s has ended before it answered", lost.side->name);
	event_active(lab->asked_lost, 0, 0);
	lab->ops->lost(lab->owner, lost.token, reason);
	free(reason);
}

int64_t request_send(struct lab *lab, struct lab_side *side, const char *line)
{
	struct stream *stream = side == NULL ? &lab->agent_stream : &side->stream;
	int64_t token = ++lab->token;

	lab->asked = array_grow(lab->asked, lab->asked_count, &lab->asked_room, sizeof(*lab->asked));
	lab->asked[lab->asked_count++] = (struct lab_asked){ .token = token, .side = side };
	lab_send(stream, token, line);
	if (stream->ended)
		request_stream_ended(lab);
	return token;
}

void request_answer(struct lab *lab, int64_t token, bool ok, const char *text)
{
	for (size_t i = 0; i < lab->asked_count; i++) {
		if (lab->asked[i].token == token) {
			forget(lab, i);
			break;
		}
	}
	lab->ops->answered(lab->owner, token, ok, text);
}

void request_stream_ended(struct lab *lab)
{
	event_active(lab->asked_lost, 0, 0);
}

void request_init(struct lab *lab)
{
	lab->asked_lost = event_new(lab->base, -1, 0, on_lost, lab);
	if (lab->asked_lost == NULL)
		die("the event loop takes no further timer");
}

void request_release(struct lab *lab)
{
	event_free(lab->asked_lost);
	free(lab->asked);
}
