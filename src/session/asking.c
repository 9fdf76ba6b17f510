#include "session/asking.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct asked {
	char *host;       /* (owned) */
	const char *name; /* the caller's, constant */
	int64_t token;
	char *value;      /* (owned) NULL: no answer, or a refusal */
};

struct asking {
	struct asked *items; /* (owned) */
	size_t count, room;
	size_t waited;       /* answers that are still to come */
	command_function *again;
};

static void asking_free(void *own)
{
	struct asking *asking = own;

	for (size_t i = 0; i < asking->count; i++) {
		free(asking->items[i].host);
		free(asking->items[i].value);
	}
	free(asking->items);
	free(asking);
}

static struct asking *asking_of(const struct session *session)
{
	return session->running.free_own == asking_free ? session->running.own : NULL;
}

const char *asking_value(const struct session *session, const char *host, const char *name)
{
	const struct asking *asking = asking_of(session);

	for (size_t i = 0; asking != NULL && i < asking->count; i++)
		if (string_is(asking->items[i].host, host) && string_is(asking->items[i].name, name))
			return asking->items[i].value;
	return NULL;
}

/* The words were read before, so they can be read now. */
static void go_on(struct session *session)
{
	const struct statement *statement = &session->running.statement;
	struct cursor cursor = {
		.line = session->running.line,
		.at = (size_t)statement->rest_column,
		.len = (size_t)statement->rest_column + strlen(statement->rest),
	};
	struct syntax_list words = { 0 };
	const struct asking *asking = session->running.own;
	struct mistake mistake;

	session->running.waiter = NULL;
	mistake_init(&mistake);
	if (syntax_read_args(&words, &cursor, false, &mistake))
		asking->again(session, &words);
	syntax_list_release(&words);
	mistake_release(&mistake);
}

static void on_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	struct asking *asking = session->running.own;

	for (size_t i = 0; i < asking->count; i++) {
		if (asking->items[i].token != token)
			continue;
		if (ok && text != NULL)
			asking->items[i].value = xstrdup(text);
		if (--asking->waited == 0)
			go_on(session);
		return;
	}
}

static const struct waiter waits_for_answers = { .answered = on_answered, .time_out = go_on };

/* The agent takes names with dots, as sysctl(8) does. */
static void ask(struct session *session, struct asking *asking, const char *host, const char *name)
{
	char *dotted = xstrdup(name);

	for (char *at = dotted; *at != '\0'; at++)
		*at = *at == '/' ? '.' : *at;
	asking->items = array_grow(asking->items, asking->count, &asking->room, sizeof(*asking->items));
	asking->items[asking->count++] = (struct asked){
		.host = xstrdup(host),
		.name = name,
		.token = lab_sysctl(session->lab, host, dotted),
	};
	asking->waited++;
	free(dotted);
}

bool asking_first(struct session *session, const char *const *names, command_function *again)
{
	struct asking *asking;

	if (session->lab == NULL || session->running.own != NULL)
		return false;
	asking = xcalloc(1, sizeof(*asking));
	asking->again = again;
	for (size_t i = 0; i < session->world.host_count; i++) {
		const struct world_host *host = &session->world.hosts[i];

		for (size_t j = 0; host->up && !string_is(host->name, "local") && names[j] != NULL; j++)
			ask(session, asking, host->name, names[j]);
	}
	if (asking->count == 0) {
		asking_free(asking);
		return false;
	}
	session->running.own = asking;
	session->running.free_own = asking_free;
	session_wait(session, &waits_for_answers, session->patience);
	return true;
}
