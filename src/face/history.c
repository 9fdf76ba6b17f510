#include "face/history.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "call/call.h"
#include "face/safe.h"

/* A file that another program made larger than we write it is still read, within reason. */
enum { FILE_BYTES_MAX = 4 * HISTORY_BYTES_MAX };

/* ---- what of a line may be kept ---- */

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool is_name_byte(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '-' || byte == '.';
}

static size_t skip_blanks(const char *line, size_t len, size_t at)
{
	while (at < len && is_blank(line[at]))
		at++;
	return at;
}

static size_t skip_name(const char *line, size_t len, size_t at)
{
	while (at < len && is_name_byte(line[at]))
		at++;
	return at;
}

/* Where the name of the call begins: behind `side: ` and `name = `, in that order. */
static size_t call_begin(const char *line, size_t len)
{
	size_t at = skip_blanks(line, len, 0);
	size_t end = skip_name(line, len, at);

	if (end > at && end < len && line[end] == ':' && (end + 1 == len || is_blank(line[end + 1])))
		at = skip_blanks(line, len, end + 1);
	end = skip_blanks(line, len, skip_name(line, len, at));
	if (end > at && end < len && line[end] == '=')
		at = skip_blanks(line, len, end + 1);
	return at;
}

/* How many arguments stand before the data of calls that this may be the beginning of; -1 if none has data. The least,
 * so that a name that could mean two calls is treated as the more secret of them. */
static int args_before_data(const char *name, size_t len)
{
	int least = -1;

	for (int id = 0; id < CALL_COUNT && len > 0; id++) {
		const struct call_spec *spec = call_spec((enum call_id)id);

		if (strncmp(spec->name, name, len) != 0)
			continue;
		for (int i = 0; i < CALL_ARGS_MAX; i++) {
			bool is_data = spec->args[i].type == ARG_DATA || spec->args[i].type == ARG_DATA_LIST;

			if (is_data && spec->args[i].need == ARG_REQUIRED && (least < 0 || i < least))
				least = i;
		}
	}
	return least;
}

/* The place behind so many arguments, which commas and blanks divide in either form of a call. */
static size_t skip_args(const char *line, size_t len, size_t at, int count)
{
	while (at < len && (is_blank(line[at]) || line[at] == '('))
		at++;
	for (; count > 0 && at < len; count--) {
		while (at < len && !is_blank(line[at]) && line[at] != ',')
			at++;
		while (at < len && (is_blank(line[at]) || line[at] == ','))
			at++;
	}
	return at;
}

static size_t data_begin(const char *line, size_t len)
{
	size_t name = call_begin(line, len);
	size_t end = skip_name(line, len, name);
	int before = args_before_data(line + name, end - name);

	return before < 0 ? len : skip_args(line, len, end, before);
}

static size_t string_begin(const char *line, size_t len)
{
	for (size_t at = 0; at < len; at++) {
		bool begins_word = at == 0 || !is_name_byte(line[at - 1]);

		if (line[at] == '"' || line[at] == '\'')
			return at;
		if (begins_word && len - at >= 4 && strncasecmp(line + at, "hex:", 4) == 0)
			return at;
		/* Not the @ of unix:@abstract. */
		if (begins_word && line[at] == '@' && (at == 0 || line[at - 1] != ':'))
			return at;
	}
	return len;
}

size_t history_public_len(const char *line, size_t len)
{
	size_t data = data_begin(line, len);
	size_t string = string_begin(line, len);

	if (data < len)
		len = data;
	if (string < len)
		len = string;
	while (len > 0 && is_blank(line[len - 1]))
		len--;
	return len;
}

bool history_wants(const char *line, size_t len)
{
	return len > 0 && len <= HISTORY_LINE_MAX && !isspace((unsigned char)line[0]);
}

/* ---- the lines ---- */

char *history_default_path(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (state && state[0] == '/')
		return text_format("%s/sockstep/history", state);
	if (home && home[0] == '/')
		return text_format("%s/.local/state/sockstep/history", home);
	return NULL;
}

void history_init(struct history *history, const char *path)
{
	*history = (struct history){ .path = path ? xstrdup(path) : NULL };
}

static void forget_lines(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->lines[i]);
	free(history->lines);
	history->lines = NULL;
	history->count = history->room = history->loaded = 0;
}

void history_release(struct history *history)
{
	forget_lines(history);
	free(history->path);
	*history = (struct history){ 0 };
}

/* What is not printable in it, a file that was tampered with or a key that was pressed, becomes so. */
static void append(struct history *history, const char *line, size_t len)
{
	struct text text;

	text_init(&text);
	safe_add(&text, line, len, SHOW_UTF8, SAFE_NEWLINES_SHOWN);
	if (text.len == 0 || (history->count > 0 && string_is(history->lines[history->count - 1], text.data))) {
		text_release(&text);
		return;
	}
	history->lines = array_grow(history->lines, history->count, &history->room, sizeof(*history->lines));
	history->lines[history->count++] = text.data;
}

void history_add(struct history *history, const char *line, size_t len)
{
	if (history_wants(line, len))
		append(history, line, history_public_len(line, len));
}

static void append_file(struct history *history, const struct text *content)
{
	const char *at = content->data;
	const char *end = content->data + content->len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);

		if (history_wants(at, len))
			append(history, at, len);
		at += len + 1;
	}
}

/* Drops the oldest lines until both bounds are kept. */
static void keep_bounds(struct history *history)
{
	size_t bytes = 0;
	size_t keep = 0;

	while (keep < history->count && keep < HISTORY_LINES_MAX) {
		bytes += strlen(history->lines[history->count - 1 - keep]) + 1;
		if (bytes > HISTORY_BYTES_MAX)
			break;
		keep++;
	}
	size_t drop = history->count - keep;
	for (size_t i = 0; i < drop; i++)
		free(history->lines[i]);
	if (drop > 0)
		memmove(history->lines, history->lines + drop, keep * sizeof(*history->lines));
	history->count = keep;
}

/* ---- the file ---- */

/* True also if there is no file. */
static bool read_file(struct history *history, const char *path, struct text *message)
{
	struct text content;
	size_t said = message->len;
	bool good;

	text_init(&content);
	good = file_read_own(path, FILE_BYTES_MAX, &content, message);
	if (good) {
		append_file(history, &content);
	} else if (errno == ENOENT) {
		text_cut(message, said);
		good = true;
	}
	text_release(&content);
	return good;
}

bool history_load(struct history *history, struct text *message)
{
	if (!history->path)
		return true;
	if (!read_file(history, history->path, message)) {
		free(history->path);
		history->path = NULL;
		return false;
	}
	keep_bounds(history);
	history->loaded = history->count;
	return true;
}

/*
 * Whoever writes holds a lock on the folder, so that no file is needed for the lock alone. Bounded: a history that is
 * written without the lock is better than a program that does not end. -1 if it is not to be had.
 */
static int lock_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct timespec moment = { .tv_nsec = 10000000L };

	free(folder);
	for (int tries = 0; fd >= 0 && tries < 100 && flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		nanosleep(&moment, NULL);
	}
	return fd;
}

static void write_lines(struct text *out, const struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		text_add(out, history->lines[i]);
		text_add_char(out, '\n');
	}
}

/* What is in the file now, and behind it what this session added. */
static bool merge_and_write(const struct history *history, struct text *message)
{
	struct history merged;
	struct text content;
	bool good;

	history_init(&merged, NULL);
	text_init(&content);
	good = read_file(&merged, history->path, message);
	for (size_t i = history->loaded; i < history->count && good; i++)
		append(&merged, history->lines[i], strlen(history->lines[i]));
	keep_bounds(&merged);
	write_lines(&content, &merged);
	good = good && file_write_whole(history->path, content.data, content.len, 0600, message);
	text_release(&content);
	history_release(&merged);
	return good;
}

bool history_save(struct history *history, struct text *message)
{
	if (!history->path || history->loaded == history->count)
		return true;
	file_make_folders(history->path);
	int lock = lock_folder(history->path);
	bool good = merge_and_write(history, message);
	if (lock >= 0)
		close(lock);
	if (good)
		history->loaded = history->count;
	return good;
}
