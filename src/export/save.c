#include "export/save.h"

#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "export/pcap.h"
#include "session/record.h"
#include "session/saved.h"
#include "world/ladder_text.h"

/* Where it runs again; so the file can also be made executable. */
static void add_place(struct text *out, const struct session *session)
{
	text_add(out, "#!/usr/bin/env -S sockstep ");
	if (session->lab_wanted)
		text_add(out, "--lab");
	else if (session->only_host != NULL)
		text_addf(out, "--netns %s", session->only_host);
	else
		text_add(out, "--local");
	text_add(out, " -f\n");
}

static bool add_script(struct text *out, const struct saving *saving, struct text *message)
{
	const struct text *script = record_script(saving->session, saving->expectations);

	(void)message;
	add_place(out, saving->session);
	text_add_bytes(out, script->data, script->len);
	return true;
}

static bool add_json(struct text *out, const struct saving *saving, struct text *message)
{
	const struct session *session = saving->session;

	(void)message;
	for (size_t i = 0; i < session->log.count; i++) {
		event_write(out, log_at(&session->log, i));
		text_add_char(out, '\n');
	}
	return true;
}

/* The session's clock began so long ago. */
static bool add_capture(struct text *out, const struct saving *saving, struct text *message)
{
	double since = session_time(saving->session);
	struct timespec start;

	clock_gettime(CLOCK_REALTIME, &start);
	start.tv_sec -= (time_t)since;
	start.tv_nsec -= (long)((since - (double)(time_t)since) * 1e9);
	if (start.tv_nsec < 0) {
		start.tv_nsec += 1000000000;
		start.tv_sec--;
	}
	return pcap_write(out, &saving->session->world, &start, message);
}

/* For a handout: 80 columns, as they fit on paper. */
static void add_ladder(struct text *out, const struct session *session)
{
	const struct ladder_style style = { .width = 80, .utf8 = true, .until = INT64_MAX };
	struct ladder_layout layout;
	struct ladder ladder;

	ladder_init(&ladder, NULL, NULL);
	ladder_update(&ladder, &session->log);
	if (ladder_count(&ladder) > 0) {
		ladder_layout_init(&layout, &ladder, &session->world, &session->log, &style);
		ladder_print(&layout, out);
		text_add_char(out, '\n');
	}
	ladder_release(&ladder);
}

/* What fell off the log is counted, where it would stand. */
static bool add_transcript(struct text *out, const struct saving *saving, struct text *message)
{
	const struct session *session = saving->session;

	(void)message;
	add_ladder(out, session);
	if (session->log.fallen_off > 0)
		text_addf(out, "[the first %lld events are no longer kept]\n", (long long)session->log.fallen_off);
	for (size_t i = 0; i < session->shown_count; i++) {
		const struct event *event = log_event(&session->log, session->shown[i]);

		if (event != NULL)
			saving->line(out, event);
	}
	return true;
}

typedef bool add_function(struct text *out, const struct saving *saving, struct text *message);

static add_function *const formats[SAVED_SESSION_COUNT] = {
	[SAVED_SCRIPT] = add_script,
	[SAVED_EVENTS] = add_json,
	[SAVED_TRANSCRIPT] = add_transcript,
	[SAVED_CAPTURE] = add_capture,
};

bool save_session(const struct saving *saving, const char *path, struct text *message)
{
	enum saved_session as;
	struct text bytes;
	bool ok;

	if (!saved_as_session(path, saving->expectations, &as, message))
		return false;
	text_init(&bytes);
	ok = formats[as](&bytes, saving, message) && file_write_whole(path, bytes.data, bytes.len, 0666, message);
	text_release(&bytes);
	return ok;
}
