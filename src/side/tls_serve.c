/*
 * The request `tls`, and what is told of TLS beside the results of calls.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "side/side.h"

static bool is_open(const struct side *side, int fd)
{
	return !own_contains(&side->own, fd) && fcntl(fd, F_GETFD) >= 0;
}

static bool is_stream(int fd)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

static void prepare(const struct side *side, const struct request *request, struct text *message)
{
	const char *made;
	struct event event;

	if (!tls_prepare(&request->tls, message))
		return;
	made = tls_made_for(tls_of(request->tls.fd));
	if (made != NULL) {
		event_init(&event, EVENT_tls);
		event.tls.side = xstrdup(side->report.side);
		event.tls.fd = request->tls.fd;
		event.tls.status = xstrdup("made");
		event.tls.text = xstrdup(made);
		report_event(&side->report, &event, -1);
	}
	report_answer(&side->report, request->id);
}

bool side_tls(struct side *side, const struct request *request, bool patient)
{
	struct text message;

	if (patient && !calls_are_settled(&side->calls))
		return false;
	text_init(&message);
	if (!is_open(side, request->tls.fd))
		text_addf(&message, "%d is not an open descriptor", request->tls.fd);
	else if (!is_stream(request->tls.fd))
		text_addf(&message, "%d is no stream socket; of datagrams (DTLS) this program knows nothing",
			  request->tls.fd);
	else
		prepare(side, request, &message);
	if (message.len > 0)
		report_error(&side->report, request->id, -1, message.data);
	text_release(&message);
	return true;
}

void side_tell_tls(const struct side *side)
{
	struct event event;

	while (tls_next(&event))
		report_event(&side->report, &event, -1);
}
