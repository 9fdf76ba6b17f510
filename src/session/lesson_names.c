#include "session/lesson_names.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/sockstep"
#endif

enum { COURSE_BYTES_MAX = 65536 };

/* ---- where they are ---- */

static bool is_folder(const char *path)
{
	struct stat stat_of;

	return stat(path, &stat_of) == 0 && S_ISDIR(stat_of.st_mode);
}

/* Beside the folder of this program, as in the tree it is built in, or where they are installed. */
char *lesson_folder(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash, *found;

	path[len < 0 ? 0 : len] = '\0';
	slash = strrchr(path, '/');
	if (slash != NULL)
		*slash = '\0';
	found = text_format("%s/../lessons", path);
	if (slash != NULL && is_folder(found))
		return found;
	free(found);
	if (is_folder(PKGDATADIR "/lessons"))
		return xstrdup(PKGDATADIR "/lessons");
	return NULL;
}

/* ---- their names ---- */

static size_t name_len(const char *file)
{
	size_t len = strlen(file), end = strlen(LESSON_EXTENSION);

	return len > end && string_is(file + len - end, LESSON_EXTENSION) ? len - end : 0;
}

static int is_lesson(const struct dirent *entry)
{
	return name_len(entry->d_name) > 0;
}

/* Moves the one of that name from the rest, which begins at `begin`, to its beginning; true: there was one. */
static bool move_up(struct lesson_names *names, size_t begin, const char *name, size_t len)
{
	for (size_t i = begin; i < names->count; i++) {
		char *found = names->items[i];

		if (strlen(found) != len || memcmp(found, name, len) != 0)
			continue;
		memmove(names->items + begin + 1, names->items + begin, (i - begin) * sizeof(*names->items));
		names->items[begin] = found;
		return true;
	}
	return false;
}

static void order(struct lesson_names *names, const char *where)
{
	char *path = text_format("%s/course", where);
	struct text course, ignored;
	size_t ordered = 0;

	text_init(&course);
	text_init(&ignored);
	if (file_read_whole(path, COURSE_BYTES_MAX, &course, &ignored))
		for (const char *line = course.data; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
			ordered += move_up(names, ordered, line, strcspn(line, "\n"));
	text_release(&course);
	text_release(&ignored);
	free(path);
}

bool lesson_names_init(struct lesson_names *names)
{
	char *where = lesson_folder();
	struct dirent **entries;
	int count = where == NULL ? -1 : scandir(where, &entries, is_lesson, alphasort);

	*names = (struct lesson_names){ 0 };
	for (int i = 0; i < count; i++) {
		names->items = array_grow(names->items, names->count, &names->room, sizeof(*names->items));
		names->items[names->count++] = xstrndup(entries[i]->d_name, name_len(entries[i]->d_name));
		free(entries[i]);
	}
	if (count >= 0) {
		free(entries);
		order(names, where);
	}
	free(where);
	return count >= 0;
}

void lesson_names_release(struct lesson_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}
