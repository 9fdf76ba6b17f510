#include "session/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

enum { PROGRESS_BYTES_MAX = 64 * 1024 };

/* NULL: there is no place for it (XDG Base Directory Specification: only absolute paths count). */
static char *own_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state != NULL && *state == '/')
		return text_format("%s/sockstep/lessons", state);
	if (home != NULL && *home == '/')
		return text_format("%s/.local/state/sockstep/lessons", home);
	return NULL;
}

static void read_all(struct text *all)
{
	char *path = own_path();
	struct text message;

	text_init(&message);
	if (path != NULL)
		file_read_own(path, PROGRESS_BYTES_MAX, all, &message);
	text_release(&message);
	free(path);
}

/* The line of that lesson; NULL: there is none. */
static char *find(char *all, const char *lesson)
{
	size_t len = strlen(lesson);

	for (char *line = all; line != NULL && *line != '\0'; line = strchr(line, '\n'), line += line != NULL)
		if (strncmp(line, lesson, len) == 0 && line[len] == ' ')
			return line;
	return NULL;
}

size_t progress_of(const char *lesson)
{
	struct text all;
	size_t step = 0;
	char *line;

	text_init(&all);
	read_all(&all);
	line = find(all.data, lesson);
	if (line != NULL)
		step = strtoul(line + strlen(lesson), NULL, 10);
	text_release(&all);
	return step;
}

void progress_save(const char *lesson, size_t step)
{
	char *path = own_path(), *line;
	struct text all, message;
	size_t len;

	if (path == NULL)
		return;
	text_init(&all);
	text_init(&message);
	read_all(&all);
	line = find(all.data, lesson);
	if (line != NULL) {
		len = strcspn(line, "\n");
		len += line[len] == '\n';
		memmove(line, line + len, strlen(line + len) + 1);
		text_cut(&all, strlen(all.data));
	}
	text_addf(&all, "%s %zu\n", lesson, step);
	file_make_folders(path);
	file_write_whole(path, all.data, all.len, 0600, &message);
	text_release(&message);
	text_release(&all);
	free(path);
}
