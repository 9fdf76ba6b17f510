#include "face/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "face/compose.h"
#include "face/plain.h"
#include "session/saved.h"
#include "session/session.h"

bool snapshot_write(const struct canvas *canvas, const char *path, struct text *message)
{
	static void (*const forms[SAVED_SCREEN_COUNT])(const struct canvas *canvas, struct text *out) = {
		[SAVED_TEXT] = canvas_plain,
		[SAVED_COLOURS] = canvas_ansi,
		[SAVED_PICTURE] = canvas_svg,
	};
	enum saved_screen as;
	struct text bytes;
	bool ok;

	if (!saved_as_screen(path, &as, message))
		return false;
	text_init(&bytes);
	forms[as](canvas, &bytes);
	ok = file_write_whole(path, bytes.data, bytes.len, 0666, message);
	text_release(&bytes);
	return ok;
}

static void read_transcript(struct transcript *transcript, const struct log *log)
{
	static const struct plain_options plain = { .charset = SHOW_UTF8 };
	struct text text;

	text_init(&text);
	for (size_t i = 0; i < log->count; i++) {
		text_clear(&text);
		plain_event(&text, log_at(log, i), &plain);
		transcript_add(transcript, text.data, STYLE_PLAIN);
	}
	transcript_begin(transcript);
	text_release(&text);
}

bool snapshot_session(const struct session *session, size_t columns, size_t rows, const char *path,
		      struct text *message)
{
	char *prompt = text_format("%s> ", session->current == NULL ? "sockstep" : session->current);
	struct transcript transcript;
	struct changes changes;
	struct ladder ladder;
	struct layout layout;
	struct canvas canvas;
	struct desk desk;
	bool ok;

	ladder_init(&ladder, NULL, NULL);
	ladder_update(&ladder, &session->log);
	changes_init(&changes);
	changes_update(&changes, &session->log);
	transcript_init(&transcript);
	read_transcript(&transcript, &session->log);
	desk_init(&desk);
	const struct view view = {
		.world = &session->world, .log = &session->log, .ladder = &ladder, .changes = &changes,
		.transcript = &transcript, .current = session->current, .now = session_time(session),
		.prompt = prompt, .line = "",
	};
	layout_init(&layout, rows, columns, &view, &desk);
	canvas_init(&canvas, rows, columns, true);
	compose(&canvas, &view, &desk, &layout);
	ok = snapshot_write(&canvas, path, message);
	canvas_release(&canvas);
	transcript_release(&transcript);
	changes_release(&changes);
	ladder_release(&ladder);
	free(prompt);
	return ok;
}
