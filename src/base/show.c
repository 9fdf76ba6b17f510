#include "base/show.h"

#include <string.h>

#include "base/show_table.h"

/*
 * The input is taken in pieces, each of which is shown into a buffer that is large enough whatever it holds, so that
 * nothing in between has to ask for room. The decision for a character looks at that character's own bytes and at
 * `marks`, at nothing else: so the proof over all inputs of four bytes (tests/proof) and the test of all characters in
 * each state of `marks` hold for input of any length.
 */
enum {
	PIECE_LEN = 512,
	BLOCK_LEN = 32,
	MOST_FOR_A_BYTE = 4, /* \xHH; a character of n bytes takes less than 4 n, \u{0085} being the longest */
};

struct shower {
	const unsigned char *at, *end;  /* what is not shown yet */
	const unsigned char *piece_end; /* a character that begins before it may end after it */
	char *to;                       /* where the next byte goes */
	char quote;                     /* escaped like the backslash; the backslash itself where no other is */
	bool utf8;
	unsigned marks; /* combining marks that may still follow what was shown last */
};

struct character {
	uint32_t code_point;
	size_t len; /* bytes, 0 if there is no valid character */
};

static const char hex_digits[] = "0123456789abcdef";

static inline bool is_plain(unsigned char byte, char quote)
{
	return byte >= 0x20 && byte <= 0x7e && byte != '\\' && byte != (unsigned char)quote;
}

/* A loop of fixed length without a way out, so that the compiler makes vector instructions of it. */
static inline bool block_is_plain(const unsigned char *block, char quote)
{
	unsigned char other = 0;

	for (size_t i = 0; i < BLOCK_LEN; i++)
		other |= (unsigned char)!is_plain(block[i], quote);
	return other == 0;
}

/* Copies the plain bytes of this piece that are next; there is at least one. */
static inline void put_plain(struct shower *shower)
{
	while (shower->piece_end - shower->at >= BLOCK_LEN && block_is_plain(shower->at, shower->quote)) {
		memcpy(shower->to, shower->at, BLOCK_LEN);
		shower->to += BLOCK_LEN;
		shower->at += BLOCK_LEN;
	}
	while (shower->at < shower->piece_end && is_plain(*shower->at, shower->quote))
		*shower->to++ = (char)*shower->at++;
	shower->marks = SHOW_MARKS_MAX;
}

/* The length that a first byte announces, RFC 3629 section 3; 0 for one that begins no character of several bytes. */
static size_t announced_len(unsigned char first)
{
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Is this a value that needs `len` bytes (RFC 3629 section 3: no overlong form), and not a surrogate? */
static bool belongs_in(uint32_t code_point, size_t len)
{
	static const uint32_t least[] = { [2] = 0x80, [3] = 0x800, [4] = 0x10000 };

	return code_point >= least[len] && code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff);
}

/* The character of two to four bytes at the front of `bytes`, if there is one; `len` is at least 1. */
static struct character decode(const unsigned char *bytes, size_t len)
{
	size_t wanted = announced_len(bytes[0]);
	uint32_t code_point;

	if (wanted == 0 || wanted > len)
		return (struct character){ 0 };
	code_point = bytes[0] & (0x7fU >> wanted);
	for (size_t i = 1; i < wanted; i++) {
		if (!is_continuation(bytes[i]))
			return (struct character){ 0 };
		code_point = code_point << 6 | (bytes[i] & 0x3fU);
	}
	if (!belongs_in(code_point, wanted))
		return (struct character){ 0 };
	return (struct character){ .code_point = code_point, .len = wanted };
}

static enum show_kind kind_of(uint32_t code_point)
{
	size_t low = 0, high = show_table_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code_point < show_table[middle].first)
			high = middle;
		else if (code_point > show_table[middle].last)
			low = middle + 1;
		else
			return show_table[middle].kind;
	}
	return SHOW_UNSAFE;
}

/* What may pass here, after what was shown last: also counts the marks. */
static bool passes(struct shower *shower, uint32_t code_point)
{
	switch (kind_of(code_point)) {
	case SHOW_UNSAFE:
		return false;
	case SHOW_SAFE:
		shower->marks = SHOW_MARKS_MAX;
		return true;
	case SHOW_MARK:
		if (shower->marks == 0)
			return false;
		shower->marks--;
		return true;
	}
	return false;
}

static void put_code_point(struct shower *shower, uint32_t code_point)
{
	memcpy(shower->to, "\\u{", 3);
	shower->to += 3;
	for (int shift = code_point > 0xfffff ? 20 : code_point > 0xffff ? 16 : 12; shift >= 0; shift -= 4)
		*shower->to++ = hex_digits[code_point >> shift & 0xf];
	*shower->to++ = '}';
	shower->marks = 0;
}

static inline void put_hex(struct shower *shower)
{
	unsigned char byte = *shower->at++;

	*shower->to++ = '\\';
	*shower->to++ = 'x';
	*shower->to++ = hex_digits[byte >> 4];
	*shower->to++ = hex_digits[byte & 0xf];
	shower->marks = 0;
}

static inline void put_named(struct shower *shower, char name)
{
	*shower->to++ = '\\';
	*shower->to++ = name;
	shower->at++;
	shower->marks = 0;
}

static inline void put_ascii(struct shower *shower)
{
	unsigned char byte = *shower->at;

	if (is_plain(byte, shower->quote))
		put_plain(shower);
	else if (byte == '\n')
		put_named(shower, 'n');
	else if (byte == '\r')
		put_named(shower, 'r');
	else if (byte == '\t')
		put_named(shower, 't');
	else if (byte == '\\' || byte == (unsigned char)shower->quote)
		put_named(shower, (char)byte);
	else
		put_hex(shower);
}

static inline void put_beyond_ascii(struct shower *shower)
{
	struct character character = { 0 };

	if (shower->utf8)
		character = decode(shower->at, (size_t)(shower->end - shower->at));
	if (character.len == 0) {
		put_hex(shower);
		return;
	}
	if (passes(shower, character.code_point)) {
		memcpy(shower->to, shower->at, character.len);
		shower->to += character.len;
	} else {
		put_code_point(shower, character.code_point);
	}
	shower->at += character.len;
}

static void put_piece(struct shower *shower)
{
	while (shower->at < shower->piece_end) {
		if (*shower->at < 0x80)
			put_ascii(shower);
		else
			put_beyond_ascii(shower);
	}
}

static void show(struct text *out, const void *bytes, size_t len, char quote, enum show_charset charset)
{
	struct shower shower = { .at = bytes, .quote = quote, .utf8 = charset == SHOW_UTF8 };
	char shown[MOST_FOR_A_BYTE * (PIECE_LEN + 3)];

	shower.end = shower.at + len;
	while (shower.at < shower.end) {
		size_t left = (size_t)(shower.end - shower.at);

		shower.piece_end = left > PIECE_LEN ? shower.at + PIECE_LEN : shower.end;
		shower.to = shown;
		put_piece(&shower);
		text_add_bytes(out, shown, (size_t)(shower.to - shown));
	}
}

void show_bytes(struct text *out, const void *bytes, size_t len, enum show_charset charset)
{
	show(out, bytes, len, '\\', charset);
}

void show_string(struct text *out, const char *string, enum show_charset charset)
{
	show_bytes(out, string, strlen(string), charset);
}

/* `most` of the `len` bytes, or fewer where that would cut a character in two. */
static size_t whole_characters(const unsigned char *bytes, size_t len, size_t most)
{
	for (size_t back = 1; back <= 3 && back <= most; back++) {
		const unsigned char *first = bytes + most - back;

		if (is_continuation(*first))
			continue;
		return decode(first, len - (most - back)).len > back ? most - back : most;
	}
	return most;
}

void show_quoted(struct text *out, const void *bytes, size_t len, size_t most, enum show_charset charset)
{
	size_t shown = len;

	if (most > 0 && len > most)
		shown = charset == SHOW_UTF8 ? whole_characters(bytes, len, most) : most;
	text_add_char(out, '"');
	show(out, bytes, shown, '"', charset);
	text_add(out, shown < len ? "\"..." : "\"");
}

bool show_is_safe(uint32_t code_point)
{
	return kind_of(code_point) != SHOW_UNSAFE;
}
