/*
 * The request `tls`, and what is told of TLS beside the results of calls.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "side/side.h"

static bool is_open(const struct side *side, int fd)
{
	return !own_contains(&side->own, fd) && fcntl(fd, F_GETFD) >= 0;
}

bool side_tls(struct side *side, const struct request *request, bool patient)
{
	struct text message;

	if (patient && !calls_are_settled(&side->calls))
		return false;
	text_init(&message);
	if (!is_open(side, request->tls.fd))
		text_addf(&message, "%d is not an open descriptor", request->tls.fd);
	else if (tls_prepare(&request->tls, &message))
		report_answer(&side->report, request->id);
	if (message.len > 0)
		report_error(&side->report, request->id, -1, message.data);
	text_release(&message);
	return true;
}

static bool moves_bytes(enum call_id id)
{
	static const bool moving[CALL_COUNT] = {
		[CALL_send] = true,	[CALL_sendto] = true,	[CALL_sendmsg] = true,	[CALL_write] = true,
		[CALL_writev] = true,	[CALL_recv] = true,	[CALL_recvfrom] = true, [CALL_recvmsg] = true,
		[CALL_read] = true,	[CALL_readv] = true,
	};

	return moving[id];
}

void report_raw(const struct report *report, const struct execution *execution)
{
	const struct call *call = &execution->call;
	struct event event;

	if (!moves_bytes(call->spec->id) || execution->result <= 0 || tls_of(execute_int(call, 0)) == NULL)
		return;
	event_init(&event, EVENT_tls);
	event.tls.side = xstrdup(report->side);
	event.tls.fd = execute_int(call, 0);
	event.tls.status = xstrdup("raw");
	event.tls.text = text_format("%ld raw byte%s past TLS: SSL_write and SSL_read go through it", execution->result,
				     execution->result == 1 ? "" : "s");
	report_event(report, &event, -1);
}

void side_tell_tls(const struct side *side)
{
	struct event event;

	while (tls_next(&event))
		report_event(&side->report, &event, -1);
}
