#include "session/saved.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const char *const session_extensions[SAVED_SESSION_COUNT] = { ".step", ".json", ".txt", ".pcap" };
static const char *const screen_extensions[SAVED_SCREEN_COUNT] = { ".txt", ".ans", ".svg" };

/* Its index; `count` if it is none of them. */
static size_t find_extension(const char *const *extensions, size_t count, const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash == NULL ? path : slash, '.');
	size_t i = 0;

	while (i < count && (dot == NULL || !string_is(extensions[i], dot)))
		i++;
	return i;
}

bool saved_as_session(const char *path, bool expectations, enum saved_session *as, struct text *message)
{
	size_t found = find_extension(session_extensions, SAVED_SESSION_COUNT, path);

	*as = (enum saved_session)found;
	if (found == SAVED_SESSION_COUNT)
		text_add(message, "a session is saved as .step, .json, .txt or .pcap");
	else if (expectations && *as != SAVED_SCRIPT)
		text_add(message, "expectations belong to a script, which is saved as .step");
	return message->len == 0;
}

bool saved_as_screen(const char *path, enum saved_screen *as, struct text *message)
{
	size_t found = find_extension(screen_extensions, SAVED_SCREEN_COUNT, path);

	*as = (enum saved_screen)found;
	if (found == SAVED_SCREEN_COUNT)
		text_add(message, "a screenshot is written as .txt, .ans or .svg");
	return found < SAVED_SCREEN_COUNT;
}

enum { SCREENSHOT_MOST = 1000 };

bool saved_size_read(const char *word, size_t *columns, size_t *rows)
{
	unsigned wide, high;
	int end = 0;

	*columns = *rows = 0;
	if (word == NULL)
		return true;
	if (sscanf(word, "%4ux%4u%n", &wide, &high, &end) != 2 || word[end] != '\0' || wide == 0 || high == 0 ||
	    wide > SCREENSHOT_MOST || high > SCREENSHOT_MOST)
		return false;
	*columns = wide;
	*rows = high;
	return true;
}
