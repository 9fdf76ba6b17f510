/*
 * An expectation: something that should be true of the world, at the latest within a time.
 */
#ifndef SOCKSTEP_SESSION_EXPECT_H
#define SOCKSTEP_SESSION_EXPECT_H

#include "call/syntax.h"
#include "session/state.h"

enum expectation_kind {
#define EXPECTATION(name, ...) EXPECT_##name,
#include "call/expectations.def"
#undef EXPECTATION
	EXPECT_KIND_COUNT,
};

struct expectation {
	enum expectation_kind kind;
	char *text;               /* (owned) as it was written, without the time */
	double within;            /* seconds */
	struct syntax_list words; /* (owned) */
};

/* Reads what follows `expect`; columns of mistakes count from the beginning of `text`. False: nothing to release. */
bool expectation_read(struct expectation *expectation, const char *text, struct mistake *mistake);
void expectation_release(struct expectation *expectation);
/* Does it hold now? If not, `is` gets what is instead. */
bool expectation_holds(const struct expectation *expectation, const struct session *session, struct text *is);
/* Both at once: what can be read there holds. */
bool expectation_text_holds(const char *text, const struct session *session);
/* The socket that it is about, by its host and cookie. False: it is about none, or there is none. */
bool expectation_socket(const struct expectation *expectation, const struct session *session, const char **host,
			int64_t *cookie);
/* The side whose name it begins with; borrowed. */
const char *expectation_side(const struct expectation *expectation);
/* Does it say of the wire that nothing comes? Then it has to hold for a while, EXPECT_NOTHING_SECONDS, and not only
 * once. */
bool expectation_is_of_nothing(const struct expectation *expectation);
#define EXPECT_NOTHING_SECONDS 0.1
/* The forms, one by one, for help and completion; NULL behind the last. */
const char *expectation_form(size_t index);

/* ---- among the files of it ---- */

/* The word there, "" if there is none; `received`, a word of its own in the syntax of calls, is one. */
const char *expectation_word(const struct syntax_list *words, size_t index);
/* The flags from there to the end: SYN,ACK is two words, for a comma separates words. False: something else stands
 * there. */
bool expectation_flags(const struct syntax_list *words, size_t index, uint16_t *flags);

#endif
