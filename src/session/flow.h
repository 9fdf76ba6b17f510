/*
 * Bytes on their way, as a person is shown them: as text, or with --hex as a dump; and the words that a command which
 * passes bytes on begins with.
 */
#ifndef SOCKSTEP_SESSION_FLOW_H
#define SOCKSTEP_SESSION_FLOW_H

#include "session/state.h"

/* As text: lines end where they end, and everything else that is not printable is written as in a string. `crlf`: a
 * CR before a line's end is not worth showing. Without a newline at its end. */
void flow_add_text(struct text *out, const char *bytes, size_t len, bool crlf);
/* As offsets, hex and characters, 16 bytes a line, the first at `offset`. */
void flow_add_hex(struct text *out, const char *bytes, size_t len, size_t offset);
/* "1.5 MB": for people. */
void flow_add_size(struct text *out, double bytes);

/* The side that a command's line is for, and the descriptor that its word number `index` names; false: that was told,
 * and the statement is finished. */
bool flow_descriptor(struct session *session, const struct syntax_list *words, size_t index, const char **side,
		     int *fd);
/* What the descriptor is; NULL: nothing open. */
const struct event_fd *flow_row(const struct session *session, const char *side, int fd);
bool flow_is_socket(const struct event_fd *row);

#endif
