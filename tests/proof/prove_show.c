/*
 * Every one of the 4,294,967,296 inputs of four bytes is shown and judged by the second opinion. Together with the unit
 * test (shorter inputs, every character after every number of marks) this covers input of any length, since show.c
 * looks at one character's bytes and at the number of marks, at nothing else.
 *
 * Two processes, about half the work each; some two minutes on two cores, so `make prove` runs it and `make check` does
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

static void prove_from(unsigned first, unsigned end)
{
	struct show_checker *checker = show_checker_new();
	struct text text;

	text_init(&text);
	for (uint64_t number = (uint64_t)first << 24; number < (uint64_t)end << 24; number++) {
		const unsigned char input[4] = { (unsigned char)(number >> 24), (unsigned char)(number >> 16),
			(unsigned char)(number >> 8), (unsigned char)number };

		if (!is_right(checker, &text, input)) {
			fprintf(stderr, "wrong: %02x %02x %02x %02x\n", input[0], input[1], input[2], input[3]);
			_exit(1);
		}
	}
	_exit(0);
}

static pid_t start(unsigned first, unsigned end)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork failed");
	if (pid == 0)
		prove_from(first, end);
	return pid;
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
	/* Characters of several bytes cost most, so both parts have first bytes of them. */
	pid_t low = start(0, 0xd8), high = start(0xd8, 0x100);
	bool low_well = ended_well(low), high_well = ended_well(high);

	if (!low_well || !high_well)
		return 1;
	puts("4294967296 inputs shown, all of them right");
	return 0;
}
