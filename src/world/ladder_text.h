/*
 * The ladder as lines of text: number, time and time since the segment before at the left, then the diagram between the
 * states of both ends where they change.
 *
 *        time    since              client                             server
 *                                   10.0.0.1:40312                10.0.0.2:80
 *     #1  0.0412         SYN_SENT   ├─ SYN seq=0 win=64240 mss=1460 ───────▶│ SYN_RECV
 *     #2  0.8120 +0.7708            │     held ◀─ SYN,ACK seq=0 ack=1 ──────┤
 *
 * There is a column for each address and port; where they are too many for the width, one for each host, the ports
 * standing in the labels; where even hosts are too many, arrows give way to words. 80 columns suffice for two; what is
 * wider shows more of each segment.
 */
#ifndef SOCKSTEP_WORLD_LADDER_TEXT_H
#define SOCKSTEP_WORLD_LADDER_TEXT_H

#include "base/text.h"
#include "world/ladder.h"
#include "world/sketch.h"

enum { LADDER_WIDTH_LEAST = 60, LADDER_WIDTH_MOST = SKETCH_WIDTH_MOST, LADDER_COLUMNS_MOST = 24 };

struct ladder_style {
	size_t width;  /* columns, brought into the bounds above */
	bool utf8;     /* lines and arrows; else ASCII */
	bool stateless; /* no states beside the segments */
	int64_t until; /* the ladder as it was when the log had reached this place (with that event); INT64_MAX: now */
};

enum ladder_mode { LADDER_BY_END, LADDER_BY_HOST, LADDER_IN_WORDS };

struct ladder_column {
	const char *host, *address; /* the ladder's; address NULL: the whole host */
	size_t at;                  /* where its line is, from 0 */
};

/* How the columns lie: for as long as the ladder is not brought up to date. It owns nothing. */
struct ladder_layout {
	const struct ladder *ladder;
	const struct world *world;
	const struct log *log;
	struct ladder_style style;
	enum ladder_mode mode;
	size_t column_count;
	struct ladder_column columns[LADDER_COLUMNS_MOST];
	size_t number_width;      /* of "#12" */
	size_t left, right;       /* first and last column of the diagram */
	int8_t column_of[LADDER_ENDS_MOST]; /* of each end; -1: none */
};

enum { LADDER_HEADER_LINES = 2 };

/* Lays the columns out. The world is that of the moment that is shown. */
void ladder_layout_init(struct ladder_layout *layout, const struct ladder *ladder, const struct world *world,
			const struct log *log, const struct ladder_style *style);
/* How many rows there are at that moment. */
size_t ladder_layout_rows(const struct ladder_layout *layout);
/* Adds one of the LADDER_HEADER_LINES lines of the header, without a newline. */
void ladder_header_line(const struct ladder_layout *layout, size_t index, struct text *out);
/* Adds the line of one row, without a newline; no line is wider than the style says. */
void ladder_line(const struct ladder_layout *layout, size_t row, struct text *out);
/* All of it, each line with a newline: the header, the rows, and first how many events fell off the log. */
void ladder_print(const struct ladder_layout *layout, struct text *out);

#endif
