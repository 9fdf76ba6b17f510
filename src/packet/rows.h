/*
 * The header field by field: a list of rows for a table, each with the bytes that it comes from, so that a screen can
 * mark them in the dump.
 *
 * The list owns its rows, a row its value; names are constants.
 */
#ifndef SOCKSTEP_PACKET_ROWS_H
#define SOCKSTEP_PACKET_ROWS_H

#include "base/text.h"
#include "packet/describe.h"

struct packet_row {
	const char *name;     /* "Time to live" */
	char *value;          /* (owned) "64" */
	uint32_t offset, len; /* from the start of the IP header; len 0: the row comes from no bytes of its own */
	bool is_heading;      /* the name of a header, spanning it, before its fields */
};

struct packet_rows {
	struct packet_row *rows; /* (owned) */
	size_t count, room;
};

void packet_rows_init(struct packet_rows *rows);
void packet_rows_release(struct packet_rows *rows);
/* Appends the rows of `packet`, which was decoded from `bytes`. Fields that are not wholly there have no row. */
void packet_rows_add(struct packet_rows *rows, const struct packet *packet, const void *bytes, struct packet_base base);
/* The rows as text, a line each: "  0008  Time to live       64". */
void packet_rows_describe(struct text *out, const struct packet_rows *rows);

#endif
