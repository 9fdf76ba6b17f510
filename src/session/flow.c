#include "session/flow.h"

#include <ctype.h>
#include <string.h>

#include "base/show.h"
#include "session/words.h"

void flow_add_text(struct text *out, const char *bytes, size_t len, bool crlf)
{
	while (len > 0) {
		const char *newline = memchr(bytes, '\n', len);
		size_t line = newline == NULL ? len : (size_t)(newline - bytes), shown = line;

		if (crlf && newline != NULL && line > 0 && bytes[line - 1] == '\r')
			shown--;
		show_bytes(out, bytes, shown, SHOW_UTF8);
		if (newline == NULL || line + 1 == len)
			return;
		text_add_char(out, '\n');
		bytes += line + 1;
		len -= line + 1;
	}
}

enum { HEX_WIDTH = 16 };

static void add_hex_line(struct text *out, const char *bytes, size_t len, size_t offset)
{
	text_addf(out, "%08zx ", offset);
	for (size_t i = 0; i < HEX_WIDTH; i++) {
		text_add(out, i == HEX_WIDTH / 2 ? "  " : " ");
		if (i < len)
			text_addf(out, "%02x", (unsigned char)bytes[i]);
		else
			text_add(out, "  ");
	}
	text_add(out, "  ");
	for (size_t i = 0; i < len; i++)
		text_add_char(out, bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.');
}

void flow_add_hex(struct text *out, const char *bytes, size_t len, size_t offset)
{
	for (size_t at = 0; at < len; at += HEX_WIDTH) {
		if (at > 0)
			text_add_char(out, '\n');
		add_hex_line(out, bytes + at, len - at < HEX_WIDTH ? len - at : HEX_WIDTH, offset + at);
	}
}

void flow_add_size(struct text *out, double bytes)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
	size_t unit = 0;

	while (bytes >= 10000 && unit < 4) {
		bytes /= 1000;
		unit++;
	}
	text_addf(out, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, bytes == 1 ? "byte" : units[unit]);
}

const struct event_fd *flow_row(const struct session *session, const char *side_name, int fd)
{
	const struct world_side *side = world_side(&session->world, side_name);
	const struct world_fd *row = side == NULL ? NULL : world_fd(side, fd);

	return row == NULL ? NULL : &row->row;
}

bool flow_descriptor(struct session *session, const struct syntax_list *words, size_t index, const char **side_name,
		     int *fd)
{
	const struct running *running = &session->running;
	const char *name = running->statement.side != NULL ? running->statement.side : session->current;
	const char *word = word_text(words, index);
	const struct world_side *side = session_side(session, name, running->statement.side_column, false);

	if (side == NULL) {
		session_finish(session, OUTCOME_FAILED);
		return false;
	}
	if (word == NULL || !session_descriptor(session, name, word, fd) || world_fd(side, *fd) == NULL) {
		words_mistaken(session, words, index, "an open descriptor of %s is expected here", name);
		return false;
	}
	*side_name = side->name;
	return true;
}

bool flow_is_socket(const struct event_fd *row)
{
	return row->type != EVENT_NO_INT;
}
