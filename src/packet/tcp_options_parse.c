#include "packet/tcp_options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "packet/bytes.h"

enum { WORD_MOST = 127, BODY_MOST = TCP_OPTION_BYTES_MOST - 2 };

/* What stands after the kind and length bytes. */
struct body {
	uint8_t bytes[BODY_MOST];
	uint8_t len;
};

/* A decimal number up to `most` at *at, which is moved behind it. */
static bool take_number(const char **at, uint32_t most, uint32_t *value)
{
	char *end;
	unsigned long long number;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	number = strtoull(*at, &end, 10);
	if (errno != 0 || number > most)
		return false;
	*value = (uint32_t)number;
	*at = end;
	return true;
}

/* A single number of `len` bytes (1 or 2) and nothing after it. */
static bool parse_single(struct body *body, const char *value, uint8_t len)
{
	uint32_t number;

	if (!take_number(&value, len == 1 ? UINT8_MAX : UINT16_MAX, &number) || *value != '\0')
		return false;
	if (len == 1)
		body->bytes[0] = (uint8_t)number;
	else
		put16(body->bytes, number);
	body->len = len;
	return true;
}

/* Two numbers of four bytes with `separator` between them, added to the body; *at is moved behind them. */
static bool take_pair(struct body *body, const char **at, char separator)
{
	uint32_t first, second;

	if (body->len + 8 > BODY_MOST || !take_number(at, UINT32_MAX, &first) || **at != separator)
		return false;
	++*at;
	if (!take_number(at, UINT32_MAX, &second))
		return false;
	put32(body->bytes + body->len, first);
	put32(body->bytes + body->len + 4, second);
	body->len = (uint8_t)(body->len + 8);
	return true;
}

static bool parse_sack(struct body *body, const char *value)
{
	while (take_pair(body, &value, '-')) {
		if (*value == '\0')
			return true;
		if (*value++ != ',')
			return false;
	}
	return false;
}

static bool parse_user_timeout(struct body *body, const char *value)
{
	uint32_t amount;

	if (!take_number(&value, 0x7fff, &amount) || (!string_is(value, "s") && !string_is(value, "min")))
		return false;
	put16(body->bytes, amount | (string_is(value, "min") ? 0x8000u : 0));
	body->len = 2;
	return true;
}

static int hex_digit(char digit)
{
	const char *digits = "0123456789abcdef";
	const char *found = digit == '\0' ? NULL : strchr(digits, tolower((unsigned char)digit));

	return found == NULL ? -1 : (int)(found - digits);
}

static bool parse_hex(struct body *body, const char *value)
{
	for (; *value != '\0'; value += 2) {
		int high = hex_digit(value[0]);
		int low = high < 0 ? -1 : hex_digit(value[1]);

		if (low < 0 || body->len == BODY_MOST)
			return false;
		body->bytes[body->len++] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* The value of an option with a name; `value` is NULL if there was no "=". */
static bool parse_value(struct body *body, int kind, const char *value)
{
	if (kind == TCP_OPTION_SACK_PERMITTED || kind == TCP_OPTION_NOP || kind == TCP_OPTION_END)
		return value == NULL;
	if (value == NULL)
		return false;
	switch (kind) {
	case TCP_OPTION_MSS:
		return parse_single(body, value, 2);
	case TCP_OPTION_WINDOW_SCALE:
		return parse_single(body, value, 1);
	case TCP_OPTION_SACK:
		return parse_sack(body, value);
	case TCP_OPTION_TIMESTAMPS:
		return take_pair(body, &value, '/') && *value == '\0';
	case TCP_OPTION_USER_TIMEOUT:
		return parse_user_timeout(body, value);
	default:
		return false;
	}
}

/* One word, which is cut apart in place: its kind and body. */
static bool parse_word(char *word, int *kind, struct body *body)
{
	char *separator = word + strcspn(word, "=:");
	const char *at = word;
	uint32_t number;

	*body = (struct body){ .len = 0 };
	if (*separator == ':') {
		if (!take_number(&at, UINT8_MAX, &number) || at != separator)
			return false;
		*kind = (int)number;
		return parse_hex(body, separator + 1);
	}
	if (*separator == '=')
		*separator++ = '\0';
	else
		separator = NULL;
	*kind = tcp_option_kind(word);
	return *kind >= 0 && parse_value(body, *kind, separator);
}

static bool add_option(struct tcp_option_bytes *out, int kind, const struct body *body)
{
	bool is_single = kind == TCP_OPTION_NOP || kind == TCP_OPTION_END;
	size_t len = is_single ? 1 : 2u + body->len;

	if (out->len + len > TCP_OPTION_BYTES_MOST)
		return false;
	out->bytes[out->len] = (uint8_t)kind;
	if (!is_single) {
		out->bytes[out->len + 1] = (uint8_t)len;
		memcpy(out->bytes + out->len + 2, body->bytes, body->len);
	}
	out->len = (uint8_t)(out->len + len);
	return true;
}

/* The first word of `words`, which is moved behind it. False: there is none, or (with a sentence) it is too long. */
static bool next_word(const char **words, char *word, struct text *problem)
{
	size_t len;

	*words += strspn(*words, " ");
	len = strcspn(*words, " ");
	if (len > WORD_MOST)
		text_addf(problem, "a TCP option of more than %d characters", WORD_MOST);
	if (len == 0 || len > WORD_MOST)
		return false;
	memcpy(word, *words, len);
	word[len] = '\0';
	*words += len;
	return true;
}

static void refuse(struct text *problem, const char *word)
{
	text_add(problem, "no TCP option: ");
	show_string(problem, word, SHOW_ASCII);
	text_add(problem, "; it would be mss=N wscale=N sackOK sack=A-B ts=N/N uto=Ns nop eol or KIND:HEX");
}

bool tcp_options_parse(struct tcp_option_bytes *bytes, const char *words, struct text *problem)
{
	char word[WORD_MOST + 1];
	size_t before = problem->len;

	*bytes = (struct tcp_option_bytes){ .len = 0 };
	while (next_word(&words, word, problem)) {
		char *shown = xstrdup(word);
		struct body body;
		int kind;
		bool is_understood = parse_word(word, &kind, &body);

		if (!is_understood)
			refuse(problem, shown);
		else if (!add_option(bytes, kind, &body))
			text_addf(problem, "the TCP options take more than %d bytes", TCP_OPTION_BYTES_MOST);
		free(shown);
		if (problem->len > before)
			return false;
	}
	while (bytes->len % 4 != 0)
		bytes->bytes[bytes->len++] = TCP_OPTION_END;
	return problem->len == before;
}
