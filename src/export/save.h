/*
 * The session written to a file, by the file's extension: .step the script that runs again, .json every event, .txt the
 * ladder and the transcript, .pcap what passed on the wire. One table of formats.
 */
#ifndef SOCKSTEP_EXPORT_SAVE_H
#define SOCKSTEP_EXPORT_SAVE_H

#include "base/text.h"
#include "session/state.h"

/* How an event looks in the transcript; it may add nothing. */
typedef void save_line(struct text *out, const struct event *event);

struct saving {
	const struct session *session;
	bool expectations; /* a script is to have some, from what was seen */
	save_line *line;
};

/* False with a message: the extension is none of ours (they are named), or the file could not be written whole. */
bool save_session(const struct saving *saving, const char *path, struct text *message);

#endif
