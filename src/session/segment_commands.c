/*
 * segments, ladder: what passed on the wire.
 */
#include <stdlib.h>

#include "packet/decode.h"
#include "packet/describe.h"
#include "packet/rows.h"
#include "session/commands.h"
#include "session/words.h"
#include "world/segments.h"

static void say_all(struct session *session)
{
	const struct world_segments *segments = &session->world.segments;

	if (segments->fallen_off > 0)
		session_say(session, "[the first %lld are no longer kept]", (long long)segments->fallen_off);
	if (segments->count == 0)
		session_say(session, "nothing has passed on the wire yet");
	for (size_t i = 0; i < segments->count; i++) {
		const struct world_segment *segment = world_segments_at(segments, i);
		struct text text;

		text_init(&text);
		text_addf(&text, "%8.3f ", segment->seen);
		world_segment_line(&text, &segment->told.segment);
		session_say(session, "%s", text.data);
		text_release(&text);
	}
}

/* The line, the header field by field, the bytes. */
static void say_one(struct session *session, const struct event_segment *segment)
{
	struct packet_rows rows;
	struct packet packet;
	struct text text;

	text_init(&text);
	world_segment_line(&text, segment);
	text_add_char(&text, '\n');
	if (segment->packet.bytes != NULL) {
		const unsigned char *bytes = (const unsigned char *)segment->packet.bytes;
		struct packet_base base = { 0 };

		packet_decode(&packet, bytes, segment->packet.len);
		packet_rows_init(&rows);
		packet_rows_add(&rows, &packet, bytes, base);
		packet_rows_describe(&text, &rows);
		packet_rows_release(&rows);
		packet_dump(&text, bytes, segment->packet.len);
	} else {
		text_add(&text, "its bytes are not kept\n");
	}
	session_say_lines(session, text.data);
	text_release(&text);
}

void command_segments(struct session *session, const struct syntax_list *words)
{
	const char *word = word_text(words, 0);
	const struct world_segment *segment;
	char *end = NULL;
	int64_t n;

	if (!words_are(session, words, 0, 1))
		return;
	if (words->count == 0) {
		say_all(session);
		session_finish(session, OUTCOME_OK);
		return;
	}
	n = word != NULL && *word == '#' ? strtoll(word + 1, &end, 10) : 0;
	segment = n > 0 && *end == '\0' ? world_segments_find(&session->world.segments, n) : NULL;
	if (segment == NULL) {
		words_mistaken(session, words, 0, "there is no such segment (segments lists them)");
		return;
	}
	say_one(session, &segment->told.segment);
	session_finish(session, OUTCOME_OK);
}
