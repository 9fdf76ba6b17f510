#include "side/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/copy_loop.h"
#include "side/deaf_thread.h"

static void make_pipe(const struct own *own, int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		die("a pipe for copying cannot be made: %s", strerror(errno));
	ends[0] = own_take(own, ends[0]);
	ends[1] = own_take(own, ends[1]);
}

static void *work(void *argument)
{
	const struct copier *copier = argument;

	copy_loop(copier->wishes[0], copier->news[1]);
	return NULL;
}

/* A SIGPIPE of its own waits for ever, and EPIPE says the same. */
static void start_thread(struct copier *copier)
{
	int error = deaf_thread_start(&copier->thread, work, copier);

	if (error != 0)
		die("a thread cannot be started: %s", strerror(error));
	pthread_detach(copier->thread);
}

struct copier *copier_new(const struct own *own)
{
	struct copier *copier = xcalloc(1, sizeof(*copier));

	own_open(own);
	make_pipe(own, copier->wishes);
	make_pipe(own, copier->news);
	own_close(own);
	fcntl(copier->news[0], F_SETFL, O_NONBLOCK);
	start_thread(copier);
	return copier;
}

void copier_forget(struct copier *copier)
{
	if (copier == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		close(copier->wishes[i]);
		close(copier->news[i]);
	}
	free(copier);
}

/* A struct is less than PIPE_BUF, and so is written and read whole (pipe(7)). */
void copier_add(struct copier *copier, const struct copy_wish *wish)
{
	while (write(copier->wishes[1], wish, sizeof(*wish)) < 0)
		if (errno != EINTR)
			die("copying cannot be asked for: %s", strerror(errno));
}

bool copier_next(struct copier *copier, struct copy_news *news)
{
	return read(copier->news[0], news, sizeof(*news)) == (ssize_t)sizeof(*news);
}
