#include "session/subject.h"

#include <stdlib.h>
#include <string.h>

#include "session/context.h"
#include "session/words.h"

const char *subject_side_name(const struct session *session)
{
	const char *prefix = session->running.statement.side;

	return prefix != NULL ? prefix : session->current;
}

void subject_of_fd(struct subject *subject, const struct world *world, struct world_side *side, int fd)
{
	*subject = (struct subject){ .side = side, .fd = fd, .host = side->host, .row = world_fd(side, fd) };
	if (subject->row != NULL)
		subject->socket = world_fd_socket(world, side, subject->row);
}

void subject_release(struct subject *subject)
{
	free(subject->local);
	free(subject->peer);
	*subject = (struct subject){ 0 };
}

static bool is_address(const char *word)
{
	return strchr(word, ':') != NULL || string_is(word, "*");
}

/* On the side's host, else on the first where there is such a pair. */
static void read_pair(struct subject *subject, struct session *session, const struct syntax_list *words)
{
	const struct world *world = &session->world;
	const char *name = subject_side_name(session);
	const struct world_side *side = name == NULL ? NULL : world_side(world, name);

	*subject = (struct subject){
		.fd = -1,
		.host = side != NULL ? side->host : "local",
		.local = context_pattern(session, word_text(words, 0)),
		.peer = context_pattern(session, word_text(words, 1)),
	};
	subject->socket = world_socket_by_addresses(world, subject->host, subject->local, subject->peer, NULL);
	for (size_t i = 0; subject->socket == NULL && i < world->host_count; i++) {
		const char *host = world->hosts[i].name;

		subject->socket = world_socket_by_addresses(world, host, subject->local, subject->peer, NULL);
		subject->host = subject->socket != NULL ? host : subject->host;
	}
}

/* The descriptor is the word number `index`; before it may stand the side. */
static bool read_fd(struct subject *subject, struct session *session, const struct syntax_list *words, size_t index)
{
	const char *name = index > 0 ? word_text(words, 0) : subject_side_name(session),
		   *word = word_text(words, index);
	struct world_side *side = session_side(session, name, word_column(session, words, 0), true);
	int fd;

	if (side == NULL) {
		session_finish(session, OUTCOME_MISTAKE);
		return false;
	}
	if (!session_descriptor(session, side->name, word, &fd)) {
		words_mistaken(session, words, index, "%s is neither a number nor the name of a descriptor of %s", word,
			       side->name);
		return false;
	}
	subject_of_fd(subject, &session->world, side, fd);
	return true;
}

bool subject_read(struct subject *subject, struct session *session, const struct syntax_list *words)
{
	if (!words_are(session, words, 1, 2))
		return false;
	for (size_t i = 0; i < words->count; i++)
		if (word_text(words, i) == NULL) {
			words_mistaken(session, words, i, "a descriptor or an address is expected here");
			return false;
		}
	if (words->count == 1 || !is_address(word_text(words, 0)))
		return read_fd(subject, session, words, words->count - 1);
	read_pair(subject, session, words);
	return true;
}
