#include "face/transcript.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void transcript_init(struct transcript *transcript)
{
	*transcript = (struct transcript){ .room = TRANSCRIPT_LINES };
	transcript->ring = xcalloc(TRANSCRIPT_LINES, sizeof(*transcript->ring));
}

static void drop_oldest(struct transcript *transcript)
{
	char *line = transcript->ring[transcript->first].text;

	transcript->bytes -= strlen(line);
	free(line);
	transcript->first = (transcript->first + 1) % transcript->room;
	transcript->count--;
	transcript->dropped++;
	if (transcript->since_entry > transcript->count)
		transcript->since_entry = transcript->count;
}

void transcript_release(struct transcript *transcript)
{
	while (transcript->count > 0)
		drop_oldest(transcript);
	free(transcript->ring);
	transcript->ring = NULL;
}

static struct transcript_line *line_at(const struct transcript *transcript, size_t index)
{
	return &transcript->ring[(transcript->first + index) % transcript->room];
}

static void add_line(struct transcript *transcript, const char *line, size_t len, enum style style)
{
	while (transcript->count > 0 &&
	       (transcript->count == transcript->room || transcript->bytes + len > TRANSCRIPT_BYTES))
		drop_oldest(transcript);
	*line_at(transcript, transcript->count) = (struct transcript_line){
		.text = xstrndup(line, len), .style = style, .place = transcript->place };
	transcript->count++;
	transcript->since_entry++;
	transcript->bytes += len;
}

void transcript_add(struct transcript *transcript, const char *text, enum style style)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		add_line(transcript, text, len, style);
		text += len + (text[len] == '\n');
	}
}

void transcript_begin(struct transcript *transcript)
{
	transcript->since_entry = 0;
}

void transcript_keep_unread(struct transcript *transcript, size_t lines)
{
	transcript->since_entry = lines < transcript->count ? lines : transcript->count;
}

const char *transcript_line(const struct transcript *transcript, size_t index)
{
	return line_at(transcript, index)->text;
}

enum style transcript_style(const struct transcript *transcript, size_t index)
{
	return line_at(transcript, index)->style;
}

struct transcript transcript_until(const struct transcript *transcript, int64_t place)
{
	struct transcript cut = *transcript;
	size_t low = 0, high = transcript->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (line_at(transcript, middle)->place <= place)
			low = middle + 1;
		else
			high = middle;
	}
	cut.count = low;
	cut.since_entry = 0;
	return cut;
}
