#include "side/tls_part.h"

#ifdef HAVE_OPENSSL

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

void tls_begin_event(const struct tls *tls, const char *status, struct event *event)
{
	event_init(event, EVENT_tls);
	event->tls.side = xstrdup(tls->side);
	event->tls.fd = tls->fd;
	event->tls.status = xstrdup(status);
}

/* A full pipe waits for the control thread, which never waits for us. */
void tls_tell(const struct tls *tls, struct event *event)
{
	struct event *told = xmalloc(sizeof(*told));

	*told = *event;
	while (write(tls->news, &told, sizeof(told)) < 0)
		if (errno != EINTR) {
			event_release(told);
			free(told);
			return;
		}
}

#endif
