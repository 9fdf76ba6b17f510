#include "face/safe.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

/* A byte that is dealt with here; what lies between such bytes is shown by base/show. */
static bool is_ours(char byte, enum safe_newlines newlines)
{
	return byte == '\\' || (newlines == SAFE_NEWLINES_PASS && (byte == '\n' || byte == '\t'));
}

void safe_add(struct text *out, const char *bytes, size_t len, enum show_charset charset, enum safe_newlines newlines)
{
	size_t at = 0;

	while (at < len) {
		size_t begin = at;

		while (at < len && !is_ours(bytes[at], newlines))
			at++;
		show_bytes(out, bytes + begin, at - begin, charset);
		if (at < len) {
			text_add_char(out, bytes[at] == '\t' ? ' ' : bytes[at]);
			at++;
		}
	}
}

enum show_charset safe_charset(void)
{
	return string_is(nl_langinfo(CODESET), "UTF-8") ? SHOW_UTF8 : SHOW_ASCII;
}

void safe_say_error(const char *format, va_list args)
{
	struct text message, shown;

	text_init(&message);
	text_init(&shown);
	text_addv(&message, format, args);
	safe_add(&shown, message.data, message.len, safe_charset(), SAFE_NEWLINES_PASS);
	fprintf(stderr, "sockstep: %s\n", shown.data);
	text_release(&message);
	text_release(&shown);
}
