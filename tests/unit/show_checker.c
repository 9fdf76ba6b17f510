#include "show_checker.h"

#include <string.h>

#include "base/mem.h"

struct reader {
	const struct show_checker *checker;
	const unsigned char *in, *in_end;
	const unsigned char *out, *out_end;
	bool utf8, quoted;
	unsigned crowd; /* marks since the last base; 2 where there is no base */
};

enum { NO_DIGIT = 255 };

/* The well-formed sequences of Unicode, table 3-7, a row for each. */
static const struct {
	unsigned char first_least, first_most, len, second_least, second_most;
} well_formed[] = {
	{ 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

struct show_checker *show_checker_new(void)
{
	struct show_checker *checker = xcalloc(1, sizeof(*checker));

	for (size_t i = 0; i < show_table_len; i++)
		for (uint32_t code = show_table[i].first; code <= show_table[i].last; code++)
			checker->kind[code] = (unsigned char)show_table[i].kind;
	for (size_t i = 0; i < COUNT_OF(well_formed); i++)
		for (unsigned first = well_formed[i].first_least; first <= well_formed[i].first_most; first++) {
			checker->len[first] = well_formed[i].len;
			checker->second_least[first] = well_formed[i].second_least;
			checker->second_most[first] = well_formed[i].second_most;
		}
	memset(checker->digit, NO_DIGIT, sizeof(checker->digit));
	for (unsigned char i = 0; i < 16; i++)
		checker->digit[(unsigned char)"0123456789abcdef"[i]] = i;
	return checker;
}

size_t show_checker_encode(uint32_t code_point, unsigned char *bytes)
{
	size_t len = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
	static const unsigned char beginnings[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = len; i-- > 1; code_point >>= 6)
		bytes[i] = (unsigned char)(0x80 | (code_point & 0x3f));
	bytes[0] = (unsigned char)(beginnings[len] | code_point);
	return len;
}

/* The length of the well-formed sequence of more than one byte at `at`, 0 if there is none. */
static size_t sequence_len(const struct show_checker *checker, const unsigned char *at, const unsigned char *end)
{
	size_t len = checker->len[at[0]];

	if (len == 0 || len > (size_t)(end - at))
		return 0;
	if (at[1] < checker->second_least[at[0]] || at[1] > checker->second_most[at[0]])
		return 0;
	for (size_t i = 2; i < len; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	return len;
}

static uint32_t sequence_code(const unsigned char *at, size_t len)
{
	if (len == 2)
		return (at[0] - 0xc0U) * 64 + (at[1] - 0x80U);
	if (len == 3)
		return ((at[0] - 0xe0U) * 64 + (at[1] - 0x80U)) * 64 + (at[2] - 0x80U);
	return (((at[0] - 0xf0U) * 64 + (at[1] - 0x80U)) * 64 + (at[2] - 0x80U)) * 64 + (at[3] - 0x80U);
}

/* Takes these bytes off the input, if they are what it goes on with. */
static bool take_in(struct reader *reader, const unsigned char *bytes, size_t len)
{
	if (len > (size_t)(reader->in_end - reader->in))
		return false;
	for (size_t i = 0; i < len; i++)
		if (reader->in[i] != bytes[i])
			return false;
	reader->in += len;
	return true;
}

static inline bool take_byte(struct reader *reader, unsigned char byte)
{
	return reader->in < reader->in_end && *reader->in++ == byte;
}

/* A character that was passed: it must be one that may be here. */
static bool read_character(struct reader *reader)
{
	size_t len = reader->utf8 ? sequence_len(reader->checker, reader->out, reader->out_end) : 0;

	if (len == 0)
		return false;
	switch ((enum show_kind)reader->checker->kind[sequence_code(reader->out, len)]) {
	case SHOW_UNSAFE:
		return false;
	case SHOW_SAFE:
		reader->crowd = 0;
		break;
	case SHOW_MARK:
		if (++reader->crowd > 2)
			return false;
		break;
	}
	reader->out += len;
	return take_in(reader, reader->out - len, len);
}

/* \u{...}, of which `out` is at the digits: it must be a character that may not be here. */
static bool read_code(struct reader *reader)
{
	const unsigned char *first = reader->out;
	unsigned char bytes[4];
	uint32_t code = 0;
	unsigned kind;

	for (; reader->out < reader->out_end && reader->out - first < 6; reader->out++) {
		if (reader->checker->digit[*reader->out] == NO_DIGIT)
			break;
		code = code * 16 + reader->checker->digit[*reader->out];
	}
	if (reader->out == reader->out_end || *reader->out++ != '}' || code > 0x10ffff || code < 0x80)
		return false;
	/* As many digits as needed, and at least four, before the brace. */
	if (reader->out - first - 1 != (code > 0xfffff ? 6 : code > 0xffff ? 5 : 4))
		return false;
	kind = reader->checker->kind[code];
	if (!reader->utf8 || kind == SHOW_SAFE || (kind == SHOW_MARK && reader->crowd < 2))
		return false;
	return (code < 0xd800 || code > 0xdfff) && take_in(reader, bytes, show_checker_encode(code, bytes));
}

/* \xHH, of which `out` is at the digits: it must be a byte that is no text. */
static bool read_byte(struct reader *reader)
{
	unsigned char high, low, byte;

	if (reader->out_end - reader->out < 2 || reader->in == reader->in_end)
		return false;
	high = reader->checker->digit[reader->out[0]];
	low = reader->checker->digit[reader->out[1]];
	if (high == NO_DIGIT || low == NO_DIGIT)
		return false;
	reader->out += 2;
	byte = (unsigned char)(high * 16 + low);
	if (byte == '\n' || byte == '\r' || byte == '\t' || (byte >= 0x20 && byte < 0x7f))
		return false;
	if (byte >= 0x80 && reader->utf8 && sequence_len(reader->checker, reader->in, reader->in_end) != 0)
		return false;
	return take_byte(reader, byte);
}

/* `out` is behind the backslash. */
static bool read_escape(struct reader *reader)
{
	if (reader->out == reader->out_end)
		return false;
	switch (*reader->out++) {
	case 'n':
		return take_byte(reader, '\n');
	case 'r':
		return take_byte(reader, '\r');
	case 't':
		return take_byte(reader, '\t');
	case '\\':
		return take_byte(reader, '\\');
	case '"':
		return reader->quoted && take_byte(reader, '"');
	case 'x':
		return read_byte(reader);
	case 'u':
		return reader->out < reader->out_end && *reader->out++ == '{' && read_code(reader);
	}
	return false;
}

static bool read_next(struct reader *reader)
{
	unsigned char byte = *reader->out;

	if (byte < 0x20 || byte == 0x7f || (byte == '"' && reader->quoted))
		return false;
	if (byte >= 0x80)
		return read_character(reader);
	reader->out++;
	if (byte == '\\') {
		bool good = read_escape(reader);

		reader->crowd = 2;
		return good;
	}
	reader->crowd = 0;
	return take_byte(reader, byte);
}

bool show_checker_accepts(const struct show_checker *checker, const struct shown *shown)
{
	struct reader reader = {
		.checker = checker,
		.in = shown->in,
		.in_end = shown->in + shown->in_len,
		.out = (const unsigned char *)shown->out,
		.out_end = (const unsigned char *)shown->out + shown->out_len,
		.utf8 = shown->charset == SHOW_UTF8,
		.quoted = shown->quoted,
		.crowd = 2,
	};

	while (reader.out < reader.out_end)
		if (!read_next(&reader))
			return false;
	return reader.in == reader.in_end;
}
