/*
 * Every one of the 4,294,967,296 inputs of four bytes is shown and judged by the second opinion. Together with the unit
 * test (shorter inputs, every character after every number of marks) this covers input of any length, since show.c
 * looks at one character's bytes and at the number of marks, at nothing else.
 *
 * Two processes, half the work each; some two minutes on two cores, so `make prove` runs it and `make check` does
 * not. Ends with 0 when all was right, else names the first wrong input of each process and ends with 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "base/text.h"
#include "../unit/show_checker.h"

static bool is_right(const struct show_checker *checker, struct text *text, const unsigned char *input)
{
	text_clear(text);
	show_bytes(text, input, 4, SHOW_UTF8);
	return show_checker_accepts(checker, &(struct shown){ .in = input, .in_len = 4, .out = text->data,
			.out_len = text->len, .charset = SHOW_UTF8 });
}

/* All inputs that begin with this byte. */
static void prove_beginning(const struct show_checker *checker, struct text *text, unsigned char first)
{
	for (uint32_t rest = 0; rest <= 0xffffff; rest++) {
		const unsigned char input[4] = { first, (unsigned char)(rest >> 16), (unsigned char)(rest >> 8),
			(unsigned char)rest };

		if (!is_right(checker, text, input)) {
			fprintf(stderr, "wrong: %02x %02x %02x %02x\n", input[0], input[1], input[2], input[3]);
			_exit(1);
		}
	}
}

/* Every second first byte, from this one on: so both processes have as much to do. */
static pid_t start(unsigned from)
{
	pid_t pid = fork();
	struct show_checker *checker;
	struct text text;

	if (pid < 0)
		die("fork failed");
	if (pid > 0)
		return pid;
	checker = show_checker_new();
	text_init(&text);
	for (unsigned first = from; first <= 0xff; first += 2)
		prove_beginning(checker, &text, (unsigned char)first);
	_exit(0);
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
	pid_t even = start(0), odd = start(1);
	bool even_well = ended_well(even), odd_well = ended_well(odd);

	if (!even_well || !odd_well)
		return 1;
	puts("4294967296 inputs shown, all of them right");
	return 0;
}
