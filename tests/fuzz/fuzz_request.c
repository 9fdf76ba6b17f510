/*
 * A hostile stream to a side for libFuzzer (or AFL++, which takes the same entry): `make fuzz-request` builds it with
 * clang; then
 *
 *	tests/fuzz/fuzz_request -max_total_time=30 [DIRECTORY of inputs]
 *
 * The bytes come in two pieces, cut where the first of them says. Each line is read as a request or has a mistake, with
 * a column within it; a call that was read, written out in full, is read as the same. How the stream is cut changes
 * nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "event/event.h"
#include "side/lines.h"
#include "side/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* "TOKEN CALL" or "TOKEN CALL &", read again. */
static void check_call(const struct request *request)
{
	struct request again;
	struct mistake mistake;
	struct text first, second;

	text_init(&first);
	text_init(&second);
	mistake_init(&mistake);
	text_addf(&first, "%lld ", (long long)request->id);
	call_print(&first, &request->call, CALL_EXACT);
	if (request->in_thread)
		text_add(&first, " &");
	text_add(&second, first.data);
	require(request_read(&again, second.data, second.len, &mistake));
	require(again.kind == REQUEST_CALL && again.id == request->id && again.in_thread == request->in_thread);
	text_clear(&second);
	text_addf(&second, "%lld ", (long long)again.id);
	call_print(&second, &again.call, CALL_EXACT);
	if (again.in_thread)
		text_add(&second, " &");
	require(string_is(first.data, second.data));
	request_release(&again);
	mistake_release(&mistake);
	text_release(&first);
	text_release(&second);
}

/* What became of the line, as one letter or number. */
static void check_line(char *line, size_t len, struct text *story)
{
	struct request request;
	struct mistake mistake;

	mistake_init(&mistake);
	if (request_read(&request, line, len, &mistake)) {
		require(request.id >= 0);
		if (request.kind == REQUEST_CALL)
			check_call(&request);
		text_addf(story, "%d %lld;", (int)request.kind, (long long)request.id);
		request_release(&request);
	} else {
		require(mistake.text.len > 0);
		require(mistake.column < 0 || (size_t)mistake.column <= len);
		text_addf(story, "mistake %d %lld;", mistake.column, (long long)request.id);
	}
	mistake_release(&mistake);
}

/* More than a pipe takes at once is left out. */
enum { INPUT_MOST = 1 << 15 };

static void fill(struct lines *lines, size_t expected)
{
	for (size_t came = 0; came < expected;) {
		size_t kept = lines->received.len - lines->taken;

		lines_fill(lines);
		came += lines->received.len - kept;
	}
}

/* A newline ends the stream, so that its last line is one. */
static void read_stream(const uint8_t *data, size_t size, size_t cut, struct text *story)
{
	struct lines lines;
	size_t len;
	char *line;
	int ends[2], out = dup(1);

	require(pipe(ends) == 0 && out >= 0);
	lines_init(&lines, ends[0], out);
	for (int piece = 0; piece < 2; piece++) {
		size_t from = piece == 0 ? 0 : cut, to = piece == 0 ? cut : size;

		require(write(ends[1], data + from, to - from) == (ssize_t)(to - from));
		require(piece == 0 || write(ends[1], "\n", 1) == 1);
		fill(&lines, to - from + (size_t)piece);
		while ((line = lines_next_line(&lines, &len)) != NULL)
			check_line(line, len, story);
	}
	close(ends[1]);
	lines_release(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text whole, cut;

	if (size == 0 || size > INPUT_MOST)
		return 0;
	text_init(&whole);
	text_init(&cut);
	read_stream(data + 1, size - 1, 0, &whole);
	read_stream(data + 1, size - 1, data[0] % size, &cut);
	require(string_is(whole.data, cut.data));
	text_release(&whole);
	text_release(&cut);
	return 0;
}
