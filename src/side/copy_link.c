#include "side/copy_link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/dump.h"
#include "side/execute.h"

/* Seconds. Input that comes by itself comes sooner. */
#define LEFT_OPEN 0.1

void copy_link_init(struct copy_link *link, const struct copy_wish *wish, const struct copy_input *input)
{
	int type = 0;
	socklen_t len = sizeof(type);
	struct address peer;

	*link = (struct copy_link){ .wish = *wish, .flags = fcntl(wish->fd, F_GETFL) };
	link->began = link->moved = execute_now();
	link->taken = input->len;
	link->send_over = wish->in < 0;
	fcntl(wish->fd, F_SETFL, link->flags | O_NONBLOCK);
	link->tls = tls_of(wish->fd);
	if (link->tls != NULL)
		tls_read_ahead(link->tls);
	link->datagram = getsockopt(wish->fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type != SOCK_STREAM;
	len = sizeof(peer.storage);
	link->unconnected = link->datagram && getpeername(wish->fd, &peer.any, &len) != 0;
}

void copy_link_end(struct copy_link *link)
{
	if (link->tls != NULL && link->error == 0)
		tls_shutdown(link->tls);
	if (link->flags >= 0)
		fcntl(link->wish.fd, F_SETFL, link->flags);
}

static void finish(struct copy_link *link, enum copy_why why, int error)
{
	if (link->done)
		return;
	link->done = true;
	link->why = why;
	link->error = error;
}

/* The next call has other words. */
static void keep_reason(struct copy_link *link)
{
	if (link->tls != NULL && tls_reason(link->tls) != NULL)
		snprintf(link->reason, sizeof(link->reason), "%s", tls_reason(link->tls));
}

static bool must_wait(int error)
{
	return error == EAGAIN || error == EINTR;
}

/* ---- sending ---- */

bool copy_link_needs_buffer(const struct copy_link *link)
{
	return link->datagram || link->tls != NULL || link->wish.dump >= 0;
}

static bool is_direct(const struct copy_link *link, const struct copy_input *input, bool alone)
{
	return alone && !copy_link_needs_buffer(link) && copy_input_is_direct(input);
}

bool copy_link_wants_to_send(const struct copy_link *link, const struct copy_input *input, bool alone)
{
	if (link->send_over || link->done || (link->unconnected && link->sender.len == 0))
		return false;
	return link->taken < input->open || (is_direct(link, input, alone) && input->ready && !input->ended);
}

/* A peer that is gone: what it sent before is still to be read. */
static void fail_sending(struct copy_link *link, int error)
{
	link->send_over = true;
	link->error = error;
	keep_reason(link);
	if (link->receive_over || link->datagram)
		finish(link, COPY_FAILED, error);
}

static void take_sent(struct copy_link *link, ssize_t len)
{
	link->sent += len;
	link->moved = execute_now();
}

static void add_to_dump(struct copy_link *link, const char *bytes, ssize_t len)
{
	if (link->wish.dump >= 0 && !dump_write(link->wish.dump, bytes, (size_t)len))
		finish(link, COPY_DUMP, errno);
}

static void send_direct(struct copy_link *link, struct copy_input *input)
{
	ssize_t len = copy_input_sendfile(input, link->wish.fd);

	if (len > 0)
		take_sent(link, len);
	else if (len < 0 && errno == EAGAIN)
		link->can_send = false;
	else if (len < 0 && errno != EINVAL && errno != EINTR)
		fail_sending(link, errno);
}

/* Whoever is gone is not the end of the others: a datagram is lost, as any may be. */
static ssize_t send_to(const struct copy_link *link, const char *bytes, size_t len)
{
	ssize_t sent = sendto(link->wish.fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT, &link->sender.any,
			      link->sender.len);

	return sent < 0 && !must_wait(errno) ? (ssize_t)len : sent;
}

static ssize_t send_bytes(const struct copy_link *link, const char *bytes, size_t len)
{
	if (link->unconnected)
		return send_to(link, bytes, len);

	ssize_t sent = send(link->wish.fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);

	return sent < 0 && errno == ENOTSOCK ? write(link->wish.fd, bytes, len) : sent;
}

/* A record has 16 KiB at most; the loop around costs more than it. What it says of an error is for the next time. */
static ssize_t send_records(const struct copy_link *link, const char *bytes, size_t len)
{
	size_t sent = 0;
	ssize_t one = 0;

	while (sent < len && (one = tls_write(link->tls, bytes + sent, len - sent)) > 0)
		sent += (size_t)one;
	return sent > 0 ? (ssize_t)sent : one;
}

static void send_buffered(struct copy_link *link, const struct copy_input *input)
{
	const char *bytes = input->buffer + link->taken;
	size_t most = input->open - link->taken;
	ssize_t len = link->tls != NULL ? send_records(link, bytes, most) : send_bytes(link, bytes, most);

	if (len >= 0) {
		add_to_dump(link, bytes, len);
		take_sent(link, len);
		link->taken += (size_t)len;
	} else if (errno == EAGAIN) {
		link->can_send = false;
	} else if (errno != EINTR) {
		fail_sending(link, errno);
	}
}

void copy_link_send(struct copy_link *link, struct copy_input *input, bool alone)
{
	if (!link->can_send || !copy_link_wants_to_send(link, input, alone))
		return;
	if (link->taken < input->open)
		send_buffered(link, input);
	else
		send_direct(link, input);
}

bool copy_link_end_sending(struct copy_link *link, const struct copy_input *input)
{
	if (link->send_over || link->done || !input->ended || link->taken < input->len)
		return false;
	link->send_over = true;
	link->input_ended = execute_now();
	if (link->first == COPY_NOBODY)
		link->first = COPY_INPUT;
	if (link->wish.shut && link->tls != NULL)
		tls_shutdown(link->tls);
	else if (link->wish.shut && !link->datagram)
		shutdown(link->wish.fd, SHUT_WR);
	return true;
}

/* ---- receiving ---- */

/* An error of sending counts more than the end that follows it. */
static bool end_receiving(struct copy_link *link)
{
	link->receive_over = true;
	if (link->first == COPY_NOBODY)
		link->first = COPY_PEER;
	if (link->error != 0)
		finish(link, COPY_FAILED, link->error);
	return true;
}

static bool receive_direct(struct copy_link *link, struct copy_output *output)
{
	ssize_t len = copy_output_splice(output, link->wish.fd);

	if (len == 0)
		return end_receiving(link);
	if (len > 0) {
		link->received += len;
		link->moved = execute_now();
	} else if (errno == EPIPE) {
		finish(link, COPY_OUT, EPIPE);
	} else if (errno == EAGAIN) {
		link->can_receive = output->full;
	} else if (!must_wait(errno)) {
		finish(link, COPY_FAILED, errno);
	}
	return false;
}

/* Who has no name cannot be answered. */
static ssize_t receive_from(struct copy_link *link, char *buffer)
{
	struct address from = { .len = sizeof(from.storage) };
	ssize_t len = recvfrom(link->wish.fd, buffer, COPY_PIECE, MSG_DONTWAIT, &from.any, &from.len);

	if (len >= 0 && from.len > sizeof(from.any.sa_family))
		link->sender = from;
	return len;
}

static ssize_t receive_bytes(struct copy_link *link, char *buffer)
{
	if (link->unconnected)
		return receive_from(link, buffer);

	ssize_t len = recv(link->wish.fd, buffer, COPY_PIECE, MSG_DONTWAIT);

	return len < 0 && errno == ENOTSOCK ? read(link->wish.fd, buffer, COPY_PIECE) : len;
}

/* An error is told by the kernel once: if it comes behind records, it is kept until they are taken. */
static ssize_t receive_records(struct copy_link *link, char *buffer)
{
	size_t received = 0;
	ssize_t one = 0;

	if (link->waiting_error != 0) {
		errno = link->waiting_error;
		return -1;
	}
	while (received < COPY_PIECE / 2 &&
	       (one = tls_read(link->tls, buffer + received, COPY_PIECE - received, false)) > 0)
		received += (size_t)one;
	if (received == 0 || one >= 0)
		return received == 0 ? one : (ssize_t)received;
	if (!must_wait(errno)) {
		link->waiting_error = errno;
		keep_reason(link);
	}
	return (ssize_t)received;
}

/* A stream that ends without TLS's own end may have been cut by anybody: an error, but sending goes on. */
static bool fail_receiving(struct copy_link *link, int error)
{
	link->can_receive = false;
	if (must_wait(error))
		return false;
	if (link->waiting_error == 0)
		keep_reason(link);
	if (link->tls == NULL || !tls_is_cut(link->tls) || link->send_over) {
		finish(link, COPY_FAILED, error);
		return false;
	}
	link->receive_over = true;
	if (link->first == COPY_NOBODY)
		link->first = COPY_PEER;
	link->error = error;
	return true;
}

/* Of a datagram the length 0 is no end. */
static bool receive_buffered(struct copy_link *link, struct copy_output *output)
{
	char *buffer = copy_output_buffer(output);
	ssize_t len = link->tls != NULL ? receive_records(link, buffer) : receive_bytes(link, buffer);

	if (len == 0 && !link->datagram)
		return end_receiving(link);
	if (len < 0)
		return fail_receiving(link, errno);
	add_to_dump(link, buffer, len);
	link->received += len;
	link->packets++;
	link->moved = execute_now();
	if (!copy_output_write(output, buffer, (size_t)len))
		finish(link, COPY_OUT, errno);
	else if (link->wish.packets > 0 && link->packets >= link->wish.packets)
		finish(link, COPY_LIMIT, 0);
	return false;
}

bool copy_link_receive(struct copy_link *link, struct copy_output *output)
{
	if (link->done || link->receive_over || !link->can_receive || output->full)
		return false;
	if (!copy_link_needs_buffer(link) && link->wish.packets == 0 && copy_output_is_direct(output))
		return receive_direct(link, output);
	return receive_buffered(link, output);
}

/* ---- its end ---- */

void copy_link_fail(struct copy_link *link)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(link->wish.fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (link->error != 0)
		error = link->error;
	if (error == 0 && !link->send_over)
		error = EPIPE;
	finish(link, error == 0 ? COPY_CLOSED : COPY_FAILED, error);
}

static bool waits_for_input(const struct copy_link *link)
{
	return link->receive_over && !link->send_over && !link->told_open && !link->done;
}

bool copy_link_is_left_open(struct copy_link *link, double now)
{
	if (!waits_for_input(link) || now < link->moved + LEFT_OPEN)
		return false;
	return link->told_open = true;
}

static double until(double due, double now, double next)
{
	double left = due > now ? due - now : 0;

	return next < 0 || left < next ? left : next;
}

double copy_link_look(struct copy_link *link, double now)
{
	const struct copy_wish *wish = &link->wish;
	bool quits = wish->quit >= 0 && link->input_ended > 0;
	double next = -1;

	if (link->send_over && link->receive_over)
		finish(link, link->error != 0 ? COPY_FAILED : COPY_CLOSED, link->error);
	if (wish->hangup && link->receive_over)
		finish(link, COPY_CLOSED, 0);
	if (quits && now >= link->input_ended + wish->quit)
		finish(link, COPY_QUIT, 0);
	if (wish->idle > 0 && now >= link->moved + wish->idle)
		finish(link, COPY_IDLE, 0);
	if (quits)
		next = until(link->input_ended + wish->quit, now, next);
	if (waits_for_input(link))
		next = until(link->moved + LEFT_OPEN, now, next);
	if (wish->idle > 0)
		next = until(link->moved + wish->idle, now, next);
	return next;
}
