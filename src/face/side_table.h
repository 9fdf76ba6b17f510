/*
 * The rows of a side's box: for each descriptor that is a socket, for each socket of the side's host that has none, for
 * the other descriptors, and one for the standard ones. Of any number they are counted; those in sight are made.
 */
#ifndef SOCKSTEP_FACE_SIDE_TABLE_H
#define SOCKSTEP_FACE_SIDE_TABLE_H

#include "face/view.h"

enum column {
	COLUMN_FD,
	COLUMN_LOCAL,
	COLUMN_PEER,
	COLUMN_STATE,
	COLUMN_KIND,
	COLUMN_QUEUES,
	COLUMN_TIMER,
	COLUMN_COUNT,
};

/* So long a cell may be, and so many rows from the first in sight on are made. */
enum { CELL_SIZE = 128, ROWS_MADE = 64 };

struct row {
	char cells[COLUMN_COUNT][CELL_SIZE];
	bool changed, faint;
	enum style client; /* of whose connection it is; STYLE_PLAIN: of none */
	bool counts; /* a queue or a timer tells something */
};

struct table {
	const struct view *view;
	const struct world_side *side;
	const struct homes *homes;
	size_t sockets, loose, others, standard; /* rows of each kind, in this order */
	size_t count;                            /* of all */
	struct row *rows;                        /* (owned) from number `first` on */
	size_t first, made, room;
	size_t widths[COLUMN_COUNT]; /* 0: left out */
	size_t above, below;         /* rows out of sight */
};

/* With which side's listener a socket without a descriptor stands: of each host's port (or name) that has such sockets.
 * Of more ports than HOMES_MOST those that are left stand with the host's first side. */
enum { HOMES_MOST = 64 };

struct homes {
	struct home {
		const char *host, *local; /* (borrowed) the first such socket's */
		unsigned port;            /* 0: a name instead */
		const struct world_side *side;
	} items[HOMES_MOST];
	size_t count;
};

/* For as long as the world does not change. */
void homes_init(struct homes *homes, const struct world *world);
/* How many sockets without a descriptor stand with that side, at most so many as are listed; `timers` of them have
 * one. */
size_t homes_count(const struct homes *homes, const struct world *world, const struct world_side *side,
		   size_t *timers);

void table_init(struct table *table, const struct view *view, const struct world_side *side,
		const struct homes *homes);
void table_release(struct table *table);
/* The last row that has changed since the last call, made or not; false: none has. */
bool table_last_changed(const struct table *table, size_t *index);
/* Makes ROWS_MADE rows from that one on. */
void table_make(struct table *table, size_t first);
/* One that was made. */
const struct row *table_row(const struct table *table, size_t index);
/* Where there is no room for all, the row of the standard ones goes first. */
void table_give_way(struct table *table, size_t room);
/* How many of 0, 1 and 2 share a row: all or none. */
size_t table_standard_count(const struct world_side *side);

#endif
