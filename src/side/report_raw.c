/*
 * Bytes that went past TLS, which the person may not have meant.
 */
#include "side/report.h"

#include "base/mem.h"
#include "side/tls.h"

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
