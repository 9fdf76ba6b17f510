#include "face/keys.h"

#include <string.h>
#include <wchar.h>

/* Bracketed paste, as xterm's control sequences (ctlseqs) define it. */
static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";
enum { MARK_LEN = sizeof(paste_begin) - 1 };

/* What mbrtowc(3) says of a character that goes on beyond the bytes there are. */
#define CUT_SHORT ((size_t)-2)
#define NO_CHARACTER ((size_t)-1)

void keys_init(struct keys *keys, enum show_charset charset)
{
	*keys = (struct keys){ .charset = charset };
	text_init(&keys->raw);
	text_init(&keys->shown);
}

void keys_release(struct keys *keys)
{
	text_release(&keys->raw);
	text_release(&keys->shown);
}

void keys_add(struct keys *keys, const char *bytes, size_t len)
{
	text_drop_front(&keys->raw, keys->at);
	keys->at = 0;
	if (keys->pasting && len == 1 && keys->interrupt != '\0' && bytes[0] == keys->interrupt) {
		keys->pasting = false;
		keys->abandoned = true;
		text_clear(&keys->raw);
		return;
	}
	text_add_bytes(&keys->raw, bytes, len);
}

void keys_begin_paste(struct keys *keys)
{
	keys->pasting = true;
}

static const char *rest_of(const struct keys *keys, size_t *len)
{
	*len = keys->raw.len - keys->at;
	return keys->raw.data + keys->at;
}

static struct key take(struct keys *keys, enum key_kind kind, size_t len)
{
	struct key key = { .kind = kind, .bytes = keys->raw.data + keys->at, .len = len };

	keys->at += len;
	return key;
}

/* ---- pastes ---- */

/* How many bytes at the end could be the beginning of `mark`. */
static size_t mark_at_end(const char *bytes, size_t len, const char *mark)
{
	for (size_t part = MARK_LEN - 1; part > 0; part--)
		if (len >= part && memcmp(bytes + len - part, mark, part) == 0)
			return part;
	return 0;
}

/* How many bytes at the end are the beginning of a character that is not whole yet. */
static size_t character_at_end(const char *bytes, size_t len)
{
	for (size_t part = 1; part <= 3 && part <= len; part++) {
		unsigned char byte = (unsigned char)bytes[len - part];
		mbstate_t state = { 0 };

		if ((byte & 0xc0) == 0x80)
			continue;
		return byte >= 0x80 && mbrtowc(NULL, bytes + len - part, part, &state) == CUT_SHORT ? part : 0;
	}
	return 0;
}

static struct key next_of_paste(struct keys *keys)
{
	size_t len;
	const char *rest = rest_of(keys, &len);
	const char *end = len > 0 ? memmem(rest, len, paste_end, MARK_LEN) : NULL;

	if (end == rest && end) {
		keys->pasting = false;
		return take(keys, KEYS_PASTE_END, MARK_LEN);
	}
	if (end)
		return take(keys, KEYS_PASTE, (size_t)(end - rest));
	len -= mark_at_end(rest, len, paste_end);
	len -= character_at_end(rest, len);
	return take(keys, len > 0 ? KEYS_PASTE : KEYS_NONE, len);
}

/* ---- characters ---- */

/* The character's length, 1 for what is none, CUT_SHORT for the beginning of one; is it to be shown in notation? */
static size_t measure(const char *bytes, size_t len, enum show_charset charset, bool *unsafe)
{
	mbstate_t state = { 0 };
	wchar_t wide = 0;

	*unsafe = (unsigned char)bytes[0] >= 0x80;
	if (!*unsafe || charset == SHOW_ASCII)
		return 1;
	size_t taken = mbrtowc(&wide, bytes, len, &state);
	if (taken == CUT_SHORT)
		return CUT_SHORT;
	if (taken == NO_CHARACTER || taken == 0)
		return 1;
	*unsafe = !show_is_safe((uint32_t)wide);
	return taken;
}

static struct key next_character(struct keys *keys)
{
	size_t len;
	const char *rest = rest_of(keys, &len);
	bool unsafe;
	size_t taken = measure(rest, len, keys->charset, &unsafe);

	if (taken == CUT_SHORT)
		return (struct key){ .kind = KEYS_NONE };
	struct key key = take(keys, KEYS_CHARACTER, taken);
	if (!unsafe)
		return key;
	text_clear(&keys->shown);
	show_bytes(&keys->shown, key.bytes, key.len, keys->charset);
	key.bytes = keys->shown.data;
	key.len = keys->shown.len;
	return key;
}

struct key keys_next(struct keys *keys)
{
	size_t len;
	const char *rest = rest_of(keys, &len);

	if (keys->abandoned) {
		keys->abandoned = false;
		return (struct key){ .kind = KEYS_INTERRUPT };
	}
	if (keys->pasting)
		return next_of_paste(keys);
	if (len == 0)
		return (struct key){ .kind = KEYS_NONE };
	if (len >= MARK_LEN && memcmp(rest, paste_begin, MARK_LEN) == 0) {
		keys->at += MARK_LEN;
		keys->pasting = true;
		return next_of_paste(keys);
	}
	if (rest[0] != '\0' && rest[0] == keys->interrupt)
		return take(keys, KEYS_INTERRUPT, 1);
	if (rest[0] != '\0' && rest[0] == keys->suspend)
		return take(keys, KEYS_SUSPEND, 1);
	return next_character(keys);
}

int keys_first(const struct keys *keys)
{
	return keys->pasting || keys->at >= keys->raw.len ? -1 : (unsigned char)keys->raw.data[keys->at];
}

bool keys_waiting(const struct keys *keys)
{
	return keys->at < keys->raw.len;
}

/* ---- what cannot wait ---- */

static void cut_out(struct keys *keys, size_t at)
{
	memmove(keys->raw.data + at, keys->raw.data + at + 1, keys->raw.len - at - 1);
	text_cut(&keys->raw, keys->raw.len - 1);
}

static bool is_mark(const struct keys *keys, size_t at, const char *mark)
{
	return keys->raw.len - at >= MARK_LEN && memcmp(keys->raw.data + at, mark, MARK_LEN) == 0;
}

enum key_kind keys_urgent(struct keys *keys)
{
	bool pasting = keys->pasting;

	if (keys->abandoned) {
		keys->abandoned = false;
		return KEYS_INTERRUPT;
	}
	for (size_t at = keys->at; at < keys->raw.len; at++) {
		char byte = keys->raw.data[at];

		if (byte == '\033')
			pasting = pasting ? !is_mark(keys, at, paste_end) : is_mark(keys, at, paste_begin);
		if (pasting || byte == '\0')
			continue;
		if (byte == keys->interrupt) {
			keys->at = at + 1;
			keys->pasting = false;
			return KEYS_INTERRUPT;
		}
		if (byte == keys->suspend) {
			cut_out(keys, at);
			return KEYS_SUSPEND;
		}
	}
	return KEYS_NONE;
}
