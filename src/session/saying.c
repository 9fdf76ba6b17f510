#include "session/saying.h"

#include <string.h>

void saying_say(struct session *session, const struct text *text)
{
	const char *line = text->data;

	while (*line != '\0') {
		size_t len = strcspn(line, "\n");

		session_say(session, "%.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

void saying_finish(struct session *session, struct text *text)
{
	saying_say(session, text);
	text_release(text);
	session_finish(session, OUTCOME_OK);
}
