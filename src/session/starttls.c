/*
 * STARTTLS: a protocol's own request, after which TLS begins. Each step sends something, or nothing, and waits for an
 * answer that begins as it must.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "session/commands.h"
#include "session/errand.h"
#include "session/tls.h"
#include "session/words.h"

/* An answer is a line or a few; whoever says more says something else. */
enum { ANSWER_MAX = 16384, PIECE = 4096 };

struct step {
	const char *send; /* in the language's quotes; NULL: nothing */
	const char *answer;
	size_t answer_len;
};

/* Where an answer ends. */
enum ending {
	END_CODE, /* with a line whose fourth character is no hyphen (RFC 5321, RFC 959) */
	END_LINE, /* with its line; one that begins with "* " is none, unless it is the greeting (RFC 3501) */
	END_SIZE, /* after so many bytes as are expected (PostgreSQL, LDAP) */
};

struct protocol {
	const char *name;
	enum ending ending;
	struct step steps[4];
};

#define ANSWER(text) text, sizeof(text) - 1

/* RFC 3207, 2595 (IMAP and POP3), 4217, 4511 (an ExtendedRequest 1.3.6.1.4.1.1466.20037), and PostgreSQL's protocol,
 * 55.2.10. */
static const struct protocol protocols[] = {
	{ "smtp", END_CODE,
	  { { NULL, ANSWER("220") }, { "\"EHLO sockstep\\r\\n\"", ANSWER("250") },
	    { "\"STARTTLS\\r\\n\"", ANSWER("220") } } },
	{ "imap", END_LINE, { { NULL, ANSWER("* OK") }, { "\"a STARTTLS\\r\\n\"", ANSWER("a OK") } } },
	{ "pop3", END_LINE, { { NULL, ANSWER("+OK") }, { "\"STLS\\r\\n\"", ANSWER("+OK") } } },
	{ "ftp", END_CODE, { { NULL, ANSWER("220") }, { "\"AUTH TLS\\r\\n\"", ANSWER("234") } } },
	{ "ldap", END_SIZE,
	  { { "hex:301d02010177188016312e332e362e312e342e312e313436362e3230303337",
	      ANSWER("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00") } } },
	{ "postgres", END_SIZE, { { "hex:0000000804d2162f", ANSWER("S") } } },
};

/* The session has one while it lasts. */
struct dialogue {
	const struct protocol *protocol;
	size_t step;
	int fd;
	struct text answer;
};

void starttls_list(struct text *out)
{
	for (size_t i = 0; i < COUNT_OF(protocols); i++)
		text_addf(out, "%s%s", i == 0 ? "" : ", ", protocols[i].name);
}

/* The last line of an answer that is whole; its length without the newline. NULL: it is not whole. */
static const char *last_line(const struct text *answer, enum ending ending, size_t *len)
{
	const char *line = answer->data, *end;

	for (; (end = memchr(line, '\n', answer->len - (size_t)(line - answer->data))) != NULL; line = end + 1) {
		*len = (size_t)(end - line);
		if (ending != END_CODE || (*len >= 4 && isdigit((unsigned char)line[0]) && line[3] != '-'))
			return line;
	}
	return NULL;
}

enum verdict { VERDICT_MORE, VERDICT_YES, VERDICT_NO };

/* More behind the answer would be taken for what came through TLS, whoever sent it (CVE-2011-0411). */
static enum verdict judge(const struct dialogue *dialogue)
{
	const struct step *step = &dialogue->protocol->steps[dialogue->step];
	const struct text *answer = &dialogue->answer;
	const char *line = answer->data;
	size_t len = answer->len;

	if (dialogue->protocol->ending == END_SIZE) {
		if (len < step->answer_len && memcmp(line, step->answer, 1) == 0)
			return VERDICT_MORE;
	} else {
		line = last_line(answer, dialogue->protocol->ending, &len);
		if (line == NULL)
			return answer->len < ANSWER_MAX ? VERDICT_MORE : VERDICT_NO;
		if (line + len + 1 != answer->data + answer->len)
			return VERDICT_NO;
	}
	return len >= step->answer_len && memcmp(line, step->answer, step->answer_len) == 0 ? VERDICT_YES : VERDICT_NO;
}

static void refuse(struct session *session, const struct dialogue *dialogue)
{
	struct text text;

	text_init(&text);
	show_quoted(&text, dialogue->answer.data, dialogue->answer.len, 200, SHOW_ASCII);
	session_complain(session, -1, "%s: the server does not begin TLS, but says %s", dialogue->protocol->name,
			 text.data);
	text_release(&text);
	errand_end(session, OUTCOME_FAILED);
}

static void make_step(struct session *session, struct dialogue *dialogue);

static void on_answer(struct session *session, void *own, const struct event_call *call)
{
	struct dialogue *dialogue = session->starttls;

	(void)own;
	text_add_bytes(&dialogue->answer, call->data.bytes == NULL ? "" : call->data.bytes, call->data.len);
	if (call->error != NULL || call->result == 0) {
		session_complain(session, -1, "%s: the connection ended before the server would begin TLS",
				 dialogue->protocol->name);
		errand_end(session, OUTCOME_FAILED);
		return;
	}
	switch (judge(dialogue)) {
	case VERDICT_MORE:
		errand_add(session, on_answer, "recv(%d, %d)", dialogue->fd, PIECE);
		break;
	case VERDICT_NO:
		refuse(session, dialogue);
		break;
	case VERDICT_YES:
		dialogue->step++;
		make_step(session, dialogue);
		break;
	}
}

static void make_step(struct session *session, struct dialogue *dialogue)
{
	const struct step *step = &dialogue->protocol->steps[dialogue->step];

	if (step->answer == NULL)
		return;
	text_clear(&dialogue->answer);
	if (step->send != NULL)
		errand_add(session, NULL, "send(%d, %s)", dialogue->fd, step->send);
	errand_add(session, on_answer, "recv(%d, %d)", dialogue->fd, PIECE);
}

void starttls_release(struct session *session)
{
	if (session->starttls == NULL)
		return;
	text_release(&session->starttls->answer);
	free(session->starttls);
	session->starttls = NULL;
}

bool starttls_add(struct session *session, const char *protocol, int fd)
{
	const struct protocol *found = NULL;

	for (size_t i = 0; i < COUNT_OF(protocols); i++)
		if (string_is(protocols[i].name, protocol))
			found = &protocols[i];
	if (found == NULL)
		return false;
	starttls_release(session);
	session->starttls = xcalloc(1, sizeof(*session->starttls));
	session->starttls->protocol = found;
	session->starttls->fd = fd;
	text_init(&session->starttls->answer);
	make_step(session, session->starttls);
	return true;
}

/* ---- the command ---- */

static const struct errand_ops starttls_ops = { .failed = NULL };

void command_starttls(struct session *session, const struct syntax_list *words)
{
	struct text list;
	int fd;

	if (!words_are(session, words, 2, 2) || !tls_command_fd(session, words, &fd))
		return;
	errand_begin(session, session->running.statement.side != NULL ? session->running.statement.side :
				      session->current, &starttls_ops, NULL);
	if (word_text(words, 1) != NULL && starttls_add(session, word_text(words, 1), fd)) {
		errand_go(session);
		return;
	}
	text_init(&list);
	starttls_list(&list);
	words_mistaken(session, words, 1, "a protocol is expected here: %s", list.data);
	text_release(&list);
}
