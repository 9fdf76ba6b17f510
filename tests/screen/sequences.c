/*
 * A capability is a program that writes a sequence (terminfo(5)). What it can write is described by a form: its bytes,
 * with DIGITS in the place of each number. Those that decide (sgr, setaf) are run with all that they can be given.
 */
#include "sequences.h"

#include <ctype.h>
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

#include "base/mem.h"
#include "base/show_table.h"

enum { DIGITS = 0x01, CODE_POINTS = 0x110000 };

/* What ncurses and readline paint with. Not among them: titles (tsl), printers (mc5), resets (rs1), questions (u9). */
static const char *const painting[] = {
	"cup",   "home",  "clear", "el",   "el1",   "ed",    "ech",   "rep",   "cuu",   "cuu1", "cud",   "cud1", "cuf",
	"cuf1",  "cub",   "cub1",  "hpa",  "vpa",   "ht",    "cbt",   "cr",    "ind",   "ri",   "indn",  "rin",  "csr",
	"il",    "il1",   "dl",    "dl1",  "ich",   "ich1",  "dch",   "dch1",  "smir",  "rmir", "smacs", "rmacs",
	"enacs", "sgr0",  "bold",  "dim",  "rev",   "smul",  "rmul",  "smso",  "rmso",  "op",   "smcup", "rmcup",
	"civis", "cnorm", "sc",    "rc",   "blink", "invis", "nel",  "smam",  "rmam",
	"smkx",  "rmkx",
};

/* What the program writes by itself: it asks for the marks of a paste, and colours lines where there is no screen. */
static const char *const own[] = {
	"\033[?2004h", "\033[?2004l", "\033[31m", "\033[33m", "\033[35m", "\033[0m",
};

static void add(struct sequences *sequences, const char *form)
{
	if (form[0] == '\0')
		return;
	sequences->forms = array_grow(sequences->forms, sequences->count, &sequences->room, sizeof(*sequences->forms));
	sequences->forms[sequences->count++] = xstrdup(form);
}

/* Behind a padding, "$<5>" or "$<2/>". NULL: it is none. */
static const char *behind_padding(const char *at)
{
	if (at[0] != '$' || at[1] != '<')
		return NULL;
	at += 2 + strspn(at + 2, "0123456789./*");
	return *at == '>' ? at + 1 : NULL;
}

/* Behind a %, one of what the forms above have: %i %p1 %d %2d %{1} %- %c. */
static const char *behind_percent(const char *at, struct text *form)
{
	at += strspn(at, "0123456789:");
	switch (*at) {
	case 'd':
		text_add_char(form, DIGITS);
		return at + 1;
	case '%':
		text_add_char(form, '%');
		return at + 1;
	case 'p':
		return at + 2;
	case '{':
		return strchr(at, '}') + 1;
	default:
		return at + 1;
	}
}

static void add_capability(struct sequences *sequences, const char *capability)
{
	const char *at = capability;
	struct text form;

	text_init(&form);
	while (*at != '\0') {
		const char *behind = behind_padding(at);

		if (behind != NULL) {
			at = behind;
		} else if (*at == '%') {
			at = behind_percent(at + 1, &form);
		} else {
			text_add_char(&form, *at++);
		}
	}
	if (form.len > 0)
		add(sequences, form.data);
	text_release(&form);
}

static const char *capability(const char *name)
{
	/* terminfo's functions take what they do not change as if they did. */
	const char *value = tigetstr((char *)(uintptr_t)name);

	return value == (const char *)-1 ? NULL : value;
}

/* What a capability writes that decides by its parameters. */
static void add_written(struct sequences *sequences, const char *name, long a, long b)
{
	const char *value = capability(name);

	if (value == NULL)
		return;
	/* sgr takes nine that are on or off: the bits of a. */
	if (string_is(name, "sgr"))
		add_capability(sequences, tparm((char *)(uintptr_t)value, a & 1, a >> 1 & 1, a >> 2 & 1, a >> 3 & 1,
						a >> 4 & 1, a >> 5 & 1, a >> 6 & 1, a >> 7 & 1, a >> 8 & 1));
	else
		add_capability(sequences, tparm((char *)(uintptr_t)value, a, b, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

static void add_entry(struct sequences *sequences)
{
	for (size_t i = 0; i < COUNT_OF(painting); i++)
		if (capability(painting[i]) != NULL)
			add_capability(sequences, capability(painting[i]));
	/* ncurses takes the two halves of op apart. */
	if (capability("op") != NULL && string_is(capability("op"), "\033[39;49m")) {
		add(sequences, "\033[39m");
		add(sequences, "\033[49m");
	}
	for (long bits = 0; bits < 512; bits++)
		add_written(sequences, "sgr", bits, 0);
	for (long colour = 0; colour < 256; colour++) {
		add_written(sequences, "setaf", colour, 0);
		add_written(sequences, "setab", colour, 0);
	}
}

void sequences_init(struct sequences *sequences, const char *term)
{
	int known = 0;

	*sequences = (struct sequences){ .kinds = xcalloc(CODE_POINTS, 1) };
	for (size_t i = 0; i < show_table_len; i++)
		for (uint32_t point = show_table[i].first; point <= show_table[i].last; point++)
			sequences->kinds[point] = (uint8_t)show_table[i].kind;
	add(sequences, "\r");
	add(sequences, "\n");
	if (setupterm((char *)(uintptr_t)term, 1, &known) != OK)
		return;
	if (capability("cup") != NULL || capability("cuu1") != NULL) {
		add_entry(sequences);
		for (size_t i = 0; i < COUNT_OF(own); i++)
			add(sequences, own[i]);
	}
	del_curterm(cur_term);
}

void sequences_release(struct sequences *sequences)
{
	for (size_t i = 0; i < sequences->count; i++)
		free(sequences->forms[i]);
	free(sequences->forms);
	free(sequences->kinds);
}

/* ---- looking ---- */

/* How many bytes the form takes of those; 0: it is not what stands there. When they end, so may it. */
static size_t taken_by(const char *form, const char *bytes, size_t len)
{
	size_t at = 0;

	for (; *form != '\0' && at < len; form++) {
		size_t digits = 0;

		while (*form == DIGITS && at + digits < len && isdigit((unsigned char)bytes[at + digits]))
			digits++;
		if (*form == DIGITS ? digits == 0 : bytes[at] != *form)
			return 0;
		at += *form == DIGITS ? digits : 1;
	}
	return at;
}

static size_t longest_sequence(const struct sequences *sequences, const char *bytes, size_t len)
{
	size_t longest = 0;

	for (size_t i = 0; i < sequences->count; i++) {
		size_t taken = taken_by(sequences->forms[i], bytes, len);

		longest = taken > longest ? taken : longest;
	}
	return longest;
}

/* How many bytes a character of UTF-8 has that is well-formed and safe (or cut at the end); 0: it is not. */
static size_t safe_character(const struct sequences *sequences, const unsigned char *bytes, size_t len)
{
	size_t count = bytes[0] < 0x80 ? 1 : bytes[0] < 0xc2 ? 0 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 :
		       bytes[0] < 0xf5 ? 4 : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t point;

	if (count == 0)
		return 0;
	if (count > len)
		return len;
	point = count == 1 ? bytes[0] : bytes[0] & (0xffU >> (count + 1));
	for (size_t i = 1; i < count; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	return point >= least[count] && point < CODE_POINTS && sequences->kinds[point] != SHOW_UNSAFE ? count : 0;
}

static size_t printable(const struct sequences *sequences, const unsigned char *bytes, size_t len,
			enum show_charset charset)
{
	if (bytes[0] >= ' ' && bytes[0] <= '~')
		return 1;
	return charset == SHOW_UTF8 && bytes[0] >= 0x80 ? safe_character(sequences, bytes, len) : 0;
}

static void tell(const struct text *bytes, size_t at, struct text *message)
{
	size_t from = at > 60 ? at - 60 : 0, len = bytes->len - from < 100 ? bytes->len - from : 100;

	text_addf(message, "what may not be written stands at byte %zu, here behind |: ", at);
	show_bytes(message, bytes->data + from, at - from, SHOW_ASCII);
	text_add(message, "|");
	show_bytes(message, bytes->data + at, len - (at - from), SHOW_ASCII);
}

bool sequences_accept(const struct sequences *sequences, const struct text *bytes, enum show_charset charset,
		      struct text *message)
{
	for (size_t at = 0; at < bytes->len;) {
		size_t left = bytes->len - at;
		size_t taken = printable(sequences, (const unsigned char *)bytes->data + at, left, charset);

		if (taken == 0)
			taken = longest_sequence(sequences, bytes->data + at, left);
		if (taken == 0) {
			tell(bytes, at, message);
			return false;
		}
		at += taken;
	}
	return true;
}
