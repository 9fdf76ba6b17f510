/*
 * Handshake messages and alerts, each with its place in the stream: so that it can be found in the segments.
 */
#include "side/tls_part.h"

#ifdef HAVE_OPENSSL

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/mem.h"

/* The next record begins another message. */
enum { NO_MESSAGE = -1 };

static const char *message_name(unsigned char type)
{
	static const struct {
		unsigned char type;
		const char *name;
	} names[] = {
		{ SSL3_MT_CLIENT_HELLO, "ClientHello" },
		{ SSL3_MT_SERVER_HELLO, "ServerHello" },
		{ SSL3_MT_NEWSESSION_TICKET, "NewSessionTicket" },
		{ SSL3_MT_ENCRYPTED_EXTENSIONS, "EncryptedExtensions" },
		{ SSL3_MT_CERTIFICATE, "Certificate" },
		{ SSL3_MT_SERVER_KEY_EXCHANGE, "ServerKeyExchange" },
		{ SSL3_MT_CERTIFICATE_REQUEST, "CertificateRequest" },
		{ SSL3_MT_SERVER_DONE, "ServerHelloDone" },
		{ SSL3_MT_CERTIFICATE_VERIFY, "CertificateVerify" },
		{ SSL3_MT_CLIENT_KEY_EXCHANGE, "ClientKeyExchange" },
		{ SSL3_MT_FINISHED, "Finished" },
		{ SSL3_MT_CERTIFICATE_STATUS, "CertificateStatus" },
		{ SSL3_MT_KEY_UPDATE, "KeyUpdate" },
		{ SSL3_MT_HELLO_REQUEST, "HelloRequest" },
		{ SSL3_MT_END_OF_EARLY_DATA, "EndOfEarlyData" },
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (names[i].type == type)
			return names[i].name;
	return "handshake message";
}

/* RFC 8446, section 6. */
static const char *alert_name(unsigned char number)
{
	static const struct {
		unsigned char number;
		const char *name;
	} names[] = {
		{ 0, "close_notify" },		 { 10, "unexpected_message" },	   { 20, "bad_record_mac" },
		{ 22, "record_overflow" },	 { 40, "handshake_failure" },	   { 42, "bad_certificate" },
		{ 43, "unsupported_certificate" }, { 44, "certificate_revoked" },  { 45, "certificate_expired" },
		{ 46, "certificate_unknown" },	 { 47, "illegal_parameter" },	   { 48, "unknown_ca" },
		{ 49, "access_denied" },	 { 50, "decode_error" },	   { 51, "decrypt_error" },
		{ 70, "protocol_version" },	 { 71, "insufficient_security" },  { 80, "internal_error" },
		{ 90, "user_canceled" },	 { 109, "missing_extension" },	   { 110, "unsupported_extension" },
		{ 112, "unrecognized_name" },	 { 116, "certificate_required" },  { 120, "no_application_protocol" },
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (names[i].number == number)
			return names[i].name;
	return "alert";
}

static void tell_message(struct tls *tls, bool out, const char *text, size_t len)
{
	struct tls_direction *direction = out ? &tls->out : &tls->in;
	struct event event;

	tls_begin_event(tls, "record", &event);
	event.tls.direction = xstrdup(out ? "out" : "in");
	event.tls.text = xstrdup(text);
	event.tls.len = (int64_t)len;
	if (direction->started >= 0) {
		event.tls.seq_first = direction->started;
		event.tls.seq_last = direction->next - 1;
	}
	if (out && event.tls.seq_last >= tls->written && tls->unsent_count < TLS_UNSENT_MOST)
		tls->unsent[tls->unsent_count++] = event;
	else
		tls_tell(tls, &event);
}

void tls_take_written(struct tls *tls, size_t len)
{
	size_t kept = 0;

	tls->written += (int64_t)len;
	for (size_t i = 0; i < tls->unsent_count; i++) {
		if (tls->unsent[i].tls.seq_last < tls->written)
			tls_tell(tls, &tls->unsent[i]);
		else
			tls->unsent[kept++] = tls->unsent[i];
	}
	tls->unsent_count = kept;
}

void tls_forget_records(struct tls *tls)
{
	for (size_t i = 0; i < tls->unsent_count; i++)
		event_release(&tls->unsent[i]);
	tls->unsent_count = 0;
}

/* A record's header comes before what is in it; several messages may be in one, and one in several. */
static void take_header(struct tls_direction *direction, const unsigned char *header, bool again)
{
	int64_t begins = direction->next;

	if (direction->started < 0 || again)
		direction->started = begins;
	/* Bytes of the application are told by the calls; what TLS 1.3 has in such a record is said next. */
	direction->type = header[0] == SSL3_RT_APPLICATION_DATA ? NO_MESSAGE : header[0];
	direction->next += 5 + (header[3] << 8 | header[4]);
}

static void on_message(int out, int version, int type, const void *bytes, size_t len, SSL *ssl, void *context)
{
	struct tls *tls = context;
	struct tls_direction *direction = out ? &tls->out : &tls->in;
	const unsigned char *message = bytes;
	char text[80];

	(void)version;
	(void)ssl;
	if (type == SSL3_RT_HEADER && len >= 5) {
		take_header(direction, message, direction->type == NO_MESSAGE);
		return;
	}
	if (type == SSL3_RT_INNER_CONTENT_TYPE && len >= 1) {
		direction->type = message[0] == SSL3_RT_APPLICATION_DATA ? NO_MESSAGE : message[0];
		return;
	}
	if (type == SSL3_RT_HANDSHAKE && out == 0 && ++tls->messages > TLS_MESSAGES_MOST) {
		direction->type = NO_MESSAGE;
		return;
	}
	if (type == SSL3_RT_HANDSHAKE && len >= 1) {
		tell_message(tls, out != 0, message_name(message[0]), len);
	} else if (type == SSL3_RT_ALERT && len >= 2) {
		snprintf(text, sizeof(text), "Alert %s: %s", message[0] == SSL3_AL_FATAL ? "fatal" : "warning",
			 alert_name(message[1]));
		tell_message(tls, out != 0, text, len);
	} else if (type == SSL3_RT_CHANGE_CIPHER_SPEC) {
		tell_message(tls, out != 0, "ChangeCipherSpec", len);
	} else {
		return;
	}
	direction->type = NO_MESSAGE;
}

/* Where the streams stand: TCP counts bytes acknowledged (a client's SYN too) and received; what is still in the
 * queues is ours to add and to take off (tcp(7)). On anything but TCP they count from here. */
static void find_places(struct tls *tls)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);
	int unsent = 0, unread = 0;

	tls->out.next = tls->in.next = 1;
	if (getsockopt(tls->fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
	    len < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof(info.tcpi_bytes_received))
		return;
	ioctl(tls->fd, SIOCOUTQ, &unsent);
	ioctl(tls->fd, SIOCINQ, &unread);
	tls->out.next = (int64_t)info.tcpi_bytes_acked + unsent + (tls->server ? 1 : 0);
	tls->in.next = (int64_t)info.tcpi_bytes_received - unread + 1;
	if (tls->out.next < 1)
		tls->out.next = 1;
}

void tls_watch_records(struct tls *tls)
{
	tls->out.started = tls->in.started = -1;
	tls->out.type = tls->in.type = NO_MESSAGE;
	find_places(tls);
	tls->written = tls->out.next;
	tls->library->SSL_set_msg_callback(tls->ssl, on_message);
	tls->library->SSL_ctrl(tls->ssl, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, tls);
}

#endif
