/*
 * segments, ladder: what passed on the wire.
 */
#include <langinfo.h>
#include <stdlib.h>

#include "packet/decode.h"
#include "packet/describe.h"
#include "packet/rows.h"
#include "session/commands.h"
#include "session/context.h"
#include "session/words.h"
#include "world/ladder_text.h"
#include "world/segments.h"

static const char *nothing_passed(const struct session *session)
{
	if (session->lab->wire == NULL)
		return "there is no wire here: what passes between the sockets is seen in the lab only";
	return "nothing has passed on the wire yet";
}

static void say_all(struct session *session)
{
	const struct world_segments *segments = &session->world.segments;

	if (segments->fallen_off > 0)
		session_say(session, "[the first %lld are no longer kept]", (long long)segments->fallen_off);
	if (segments->count == 0)
		session_say(session, "%s", nothing_passed(session));
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

/* ---- ladder ---- */

static bool is_utf8(void)
{
	return string_is(nl_langinfo(CODESET), "UTF-8");
}

/* Of all that passed, or between two addresses; as wide as the terminal is. */
void command_ladder(struct session *session, const struct syntax_list *words)
{
	struct ladder_style style = { .width = session->width, .utf8 = is_utf8(), .until = INT64_MAX };
	struct ladder_layout layout;
	struct ladder ladder;
	char *one, *other;
	struct text text;

	if (!words_are(session, words, 0, 2))
		return;
	one = word_text(words, 0) == NULL ? NULL : context_pattern(session, word_text(words, 0));
	other = word_text(words, 1) == NULL ? NULL : context_pattern(session, word_text(words, 1));
	text_init(&text);
	ladder_init(&ladder, one, other);
	ladder_update(&ladder, &session->log);
	ladder_layout_init(&layout, &ladder, &session->world, &session->log, &style);
	if (ladder_count(&ladder) > 0)
		ladder_print(&layout, &text);
	else
		text_add(&text, nothing_passed(session));
	session_say_lines(session, text.data);
	session_finish(session, OUTCOME_OK);
	ladder_release(&ladder);
	text_release(&text);
	free(one);
	free(other);
}
