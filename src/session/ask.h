/*
 * ask "QUESTION" = EXPECTATION [because "WHY"]: the answer is what the expectation ends with ("client 3 state
 * SYN_SENT": SYN_SENT). A person's answer is compared with it; without a person the expectation itself is checked.
 */
#ifndef SOCKSTEP_SESSION_ASK_H
#define SOCKSTEP_SESSION_ASK_H

#include "session/expect.h"

struct asked {
	char *text;  /* (owned) */
	char *because; /* (owned) NULL: none */
	struct expectation answer;
};

/* Reads what follows `ask`; columns count from its beginning. */
bool asked_read(struct asked *question, const char *text, struct mistake *mistake);
void asked_release(struct asked *question);
/* Is that what the expectation ends with? Case, hyphens and RFC's spelling of states do not matter. */
bool asked_is_answered_by(const struct asked *question, const char *line);
/* What the right answer is, for telling it. */
const char *asked_answer(const struct asked *question);

/* What the person is being asked, until the answer is entered; NULL: nothing. */
const struct expectation *session_asked(const struct session *session);
/* The person who was asked entered this line: it is told whether it is right, and the statement is done. */
void session_answer(struct session *session, const char *line);

#endif
