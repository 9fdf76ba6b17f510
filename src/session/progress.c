#include "session/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

enum { PROGRESS_BYTES_MAX = 64 * 1024 };

/* NULL: there is no place for it (XDG Base Directory Specification: only absolute paths count). */
static char *path_of(bool make)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *folder, *path;

	if (state != NULL && *state == '/')
		folder = text_format("%s/sockstep", state);
	else if (home != NULL && *home == '/')
		folder = text_format("%s/.local/state/sockstep", home);
	else
		return NULL;
	if (make)
		mkdir(folder, 0700);
	path = text_format("%s/lessons", folder);
	free(folder);
	return path;
}

static void read_all(struct text *all)
{
	char *path = path_of(false);
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
	char *path = path_of(true), *line;
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
	file_write_whole(path, all.data, all.len, 0600, &message);
	text_release(&message);
	text_release(&all);
	free(path);
}
