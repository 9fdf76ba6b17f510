/*
 * The request to copy, and the events that tell what became of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "side/side.h"

static bool is_ours(const struct side *side, int fd)
{
	return own_contains(&side->own, fd);
}

/* What cannot be copied, -1 if all can. */
static int not_open(const struct side *side, const struct copy_wish *wish)
{
	const int fds[] = { wish->fd, wish->in, wish->out };

	for (size_t i = 0; i < COUNT_OF(fds); i++)
		if (fds[i] >= 0 && (is_ours(side, fds[i]) || fcntl(fds[i], F_GETFD) < 0))
			return fds[i];
	return -1;
}

static void refuse(const struct side *side, int64_t id, int fd)
{
	char *text = text_format("%d is not an open descriptor", fd);

	report_error(&side->report, id, -1, text);
	free(text);
}

bool side_copy(struct side *side, const struct request *request, bool patient)
{
	struct copy_wish wish = request->copy;
	int wrong = not_open(side, &wish);

	if (wrong >= 0) {
		refuse(side, request->id, wrong);
		return true;
	}
	if (side->copier == NULL && patient && !calls_are_settled(&side->calls))
		return false;
	if (side->copier == NULL)
		side->copier = copier_new(&side->own);
	rows_hush(&side->rows, request->copy.fd, true);
	wish.dump = side->dump.fd;
	copier_add(side->copier, &wish);
	report_answer(&side->report, request->id);
	return true;
}

/* ---- what became of it ---- */

static const char *status_name(enum copy_status status)
{
	switch (status) {
	case COPY_INPUT_ENDED:
		return "input-ended";
	case COPY_INPUT_OPEN:
		return "input-open";
	case COPY_PEER_CLOSED:
		return "peer-closed";
	case COPY_DONE:
		return "done";
	}
	return NULL;
}

static const char *why_name(enum copy_why why)
{
	switch (why) {
	case COPY_CLOSED:
		return "closed";
	case COPY_QUIT:
		return "quit";
	case COPY_IDLE:
		return "idle";
	case COPY_LIMIT:
		return "limit";
	case COPY_FAILED:
		return "connection";
	case COPY_IN:
		return "input";
	case COPY_OUT:
		return "output";
	case COPY_DUMP:
		return "dump";
	}
	return NULL;
}

static char *error_name(int error)
{
	struct text text;

	text_init(&text);
	constant_print(&text, GROUP_ERRNO, error);
	return text_take(&text);
}

static void tell_copy(const struct side *side, const struct copy_news *news)
{
	struct event event;

	event_init(&event, EVENT_copy);
	event.copy.side = xstrdup(side->name);
	event.copy.id = news->id;
	event.copy.fd = news->fd;
	event.copy.status = xstrdup(status_name(news->status));
	event.copy.sent = news->sent;
	event.copy.received = news->received;
	event.copy.took = news->took;
	if (news->first != COPY_NOBODY)
		event.copy.first = xstrdup(news->first == COPY_PEER ? "peer" : "input");
	if (news->status == COPY_DONE)
		event.copy.why = xstrdup(why_name(news->why));
	if (news->status == COPY_DONE && news->error != 0) {
		event.copy.error = error_name(news->error);
		event.copy.text = xstrdup(news->reason[0] != '\0' ? news->reason : strerror(news->error));
	}
	report_event(&side->report, &event, -1);
}

void side_tell_copies(struct side *side)
{
	struct copy_news news;

	while (copier_next(side->copier, &news)) {
		if (news.status == COPY_DONE) {
			rows_hush(&side->rows, news.fd, false);
			rows_look(&side->rows, news.fd);
		}
		tell_copy(side, &news);
	}
}
