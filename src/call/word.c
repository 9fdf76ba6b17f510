#include "call/word.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/show.h"

/* Longer words are not compared: no name is as long. */
enum { COMPARED_MAX = 32 };

void word_show(struct text *out, const char *word)
{
	size_t len = strnlen(word, WORD_SHOWN_MAX + 1);

	show_bytes(out, word, len > WORD_SHOWN_MAX ? WORD_SHOWN_MAX : len, SHOW_UTF8);
	text_add(out, len > WORD_SHOWN_MAX ? "..." : "");
}

struct nearest nearest_to(const char *word)
{
	return (struct nearest){ .word = word };
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t low = a < b ? a : b;

	return low < c ? low : c;
}

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * How many letters must be put in, taken out, changed or swapped with their neighbour to make one word of the other,
 * the case being all one (the restricted form of Damerau's distance). A row of the table is kept for each letter of
 * `a`.
 */
static size_t distance_of(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[COMPARED_MAX + 1][COMPARED_MAX + 1];

	for (size_t i = 0; i <= a_len; i++)
		rows[i][0] = i;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++)
		for (size_t j = 1; j <= b_len; j++) {
			size_t change = same_letter(a[i - 1], b[j - 1]) ? 0 : 1;

			rows[i][j] = least(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change);
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]) &&
			    rows[i][j] > rows[i - 2][j - 2] + 1)
				rows[i][j] = rows[i - 2][j - 2] + 1;
		}
	return rows[a_len][b_len];
}

/* stream for SOCK_STREAM, wr for SHUT_WR */
static bool is_last_part(const char *word, size_t word_len, const char *name, size_t name_len)
{
	return word_len >= 2 && name_len > word_len && name[name_len - word_len - 1] == '_' &&
	       strcasecmp(name + name_len - word_len, word) == 0;
}

/* One slip in three letters is near, two in six; more would be guessing. */
void nearest_try(struct nearest *nearest, const char *name)
{
	size_t word_len = strnlen(nearest->word, COMPARED_MAX + 1), name_len = strlen(name);
	size_t allowed = word_len >= 6 ? 2 : word_len >= 3 ? 1 : 0, distance;

	if (word_len > COMPARED_MAX || name_len > COMPARED_MAX)
		return;
	distance = is_last_part(nearest->word, word_len, name, name_len) ?
		   0 : distance_of(nearest->word, word_len, name, name_len);
	if (distance > allowed || (nearest->name != NULL && distance >= nearest->distance))
		return;
	nearest->name = name;
	nearest->distance = distance;
}

void nearest_suggest(struct text *out, const struct nearest *nearest)
{
	if (nearest->name != NULL)
		text_addf(out, "; did you mean %s?", nearest->name);
}
