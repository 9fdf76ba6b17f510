#include "export/save.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"

static void add_script(struct text *out, const struct session *session, save_line *line)
{
	(void)line;
	text_add_bytes(out, session->script.data, session->script.len);
}

static void add_json(struct text *out, const struct session *session, save_line *line)
{
	(void)line;
	for (size_t i = 0; i < session->log.count; i++) {
		event_write(out, log_at(&session->log, i));
		text_add_char(out, '\n');
	}
}

/* What fell off the log is counted, where it would stand. */
static void add_transcript(struct text *out, const struct session *session, save_line *line)
{
	if (session->log.fallen_off > 0)
		text_addf(out, "[the first %lld events are no longer kept]\n", (long long)session->log.fallen_off);
	for (size_t i = 0; i < session->log.count; i++)
		line(out, log_at(&session->log, i));
}

static const struct {
	const char *extension;
	void (*add)(struct text *out, const struct session *session, save_line *line);
} formats[] = {
	{ ".step", add_script },
	{ ".json", add_json },
	{ ".txt", add_transcript },
};

static const char *extension_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash == NULL ? path : slash, '.');

	return dot == NULL ? "" : dot;
}

bool save_session(const struct session *session, const char *path, save_line *line, struct text *message)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		struct text bytes;
		bool ok;

		if (!string_is(formats[i].extension, extension_of(path)))
			continue;
		text_init(&bytes);
		formats[i].add(&bytes, session, line);
		ok = file_write_whole(path, bytes.data, bytes.len, 0666, message);
		text_release(&bytes);
		return ok;
	}
	text_add(message, "a session is saved as");
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		text_addf(message, "%s %s", i == 0 ? "" : ",", formats[i].extension);
	return false;
}
