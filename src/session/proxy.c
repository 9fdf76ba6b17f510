/*
 * Through a proxy, by the calls that it takes: SOCKS4 and 4a (the protocol's authors' notes of 1992 and after), SOCKS5
 * (RFC 1928, names and passwords by RFC 1929), and CONNECT (RFC 9110, section 9.3.6). Not a byte more is read than the
 * proxy's own answer: the next one is the service's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "session/remote_parts.h"

struct proxy {
	void (*then)(struct session *session, struct dial *dial);
	struct text answer; /* (owned) of CONNECT, so far */
	uint16_t port;      /* of the target */
};

static const char PASSWORD_VARIABLE[] = "SOCKSTEP_PROXY_PASSWORD";

void proxy_free(struct proxy *proxy)
{
	if (proxy == NULL)
		return;
	text_release(&proxy->answer);
	free(proxy);
}

static bool is_connect(const struct dial *dial)
{
	return dial->target->proxy_kind == REMOTE_PROXY_CONNECT;
}

/* ---- where it is ---- */

/* HOST, HOST:PORT, [ADDRESS]:PORT; the ports that proxies usually have are those of nc(1). */
bool proxy_find(struct session *session, struct dial *dial)
{
	const char *word = dial->target->proxy, *colon = strrchr(word, ':');
	bool brackets = *word == '[' && strchr(word, ']') != NULL;
	size_t len;

	if (brackets && colon < strchr(word, ']'))
		colon = NULL;
	if (!brackets && colon != NULL && strchr(word, ':') != colon)
		colon = NULL; /* an IPv6 address alone */
	len = brackets ? strcspn(word, "]") - 1 : colon == NULL ? strlen(word) : (size_t)(colon - word);
	dial->via = *dial->target;
	dial->via_host = xstrndup(word + brackets, len);
	dial->via.host = dial->via_host;
	dial->via.port = colon != NULL ? colon + 1 : is_connect(dial) ? "3128" : "1080";
	dial->via.port_first = dial->via.port_last = (uint16_t)strtoul(dial->via.port, NULL, 10);
	dial->remote = &dial->via;
	if (len > 0 && *dial->via.port != '\0')
		return true;
	session_complain(session, -1, "-x takes HOST or HOST:PORT, and not %s", word);
	return false;
}

/* ---- saying and hearing ---- */

static void say_bytes(struct session *session, const struct dial *dial, const struct text *bytes)
{
	struct text quoted;

	text_init(&quoted);
	show_quoted(&quoted, bytes->data, bytes->len, 0, SHOW_ASCII);
	errand_add(session, NULL, "send(%d, %s, %zu)", dial->attempt.fd, quoted.data, bytes->len);
	text_release(&quoted);
}

static void hear(struct session *session, const struct dial *dial, size_t len, errand_then *then)
{
	errand_add(session, then, "recv(%d, %zu, MSG_WAITALL)", dial->attempt.fd, len);
}

static void refused(struct session *session, const struct dial *dial, const char *why)
{
	session_complain(session, -1, "the proxy %s: %s", dial->target->proxy, why);
	errand_end(session, OUTCOME_FAILED);
}

static bool has_come(struct session *session, const struct dial *dial, const struct event_call *call, size_t len)
{
	if (call->error == NULL && call->data.len == len && call->data.bytes != NULL)
		return true;
	refused(session, dial, call->error != NULL ? call->error : "it closed the connection in the middle");
	return false;
}

static void accepted(struct session *session, struct dial *dial)
{
	session_say(session, "the proxy %s is connected to %s:%u", dial->target->proxy, dial->target->host,
		    dial->proxy->port);
	dial->proxy->then(session, dial);
}

static void add_port(struct text *out, const struct dial *dial)
{
	text_add_char(out, (char)(dial->proxy->port >> 8));
	text_add_char(out, (char)(dial->proxy->port & 0xff));
}

/* ---- SOCKS5 ---- */

static const char *socks5_reason(unsigned char code)
{
	static const char *const reasons[] = {
		"it granted it", "general failure", "not allowed by its rules", "network unreachable",
		"host unreachable", "connection refused", "time to live expired", "command not supported",
		"address type not supported",
	};

	return code < COUNT_OF(reasons) ? reasons[code] : "an answer that RFC 1928 does not have";
}

static void on_socks5_end(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;

	if (call->error != NULL)
		refused(session, dial, call->error);
	else
		accepted(session, dial);
}

/* The address that the proxy uses follows: it is of no use here, but must be read. */
static void on_socks5_reply(struct session *session, void *own, const struct event_call *call)
{
	enum { REPLY = 1, ADDRESS_TYPE = 3, FIRST = 4, HEAD = 5 };
	struct dial *dial = own;
	const unsigned char *reply = (const unsigned char *)call->data.bytes;
	size_t rest;

	if (!has_come(session, dial, call, HEAD))
		return;
	if (reply[REPLY] != 0) {
		refused(session, dial, socks5_reason(reply[REPLY]));
		return;
	}
	/* Of the address one byte is here already: of a name, its length. */
	rest = reply[ADDRESS_TYPE] == 1 ? 3 : reply[ADDRESS_TYPE] == 4 ? 15 : reply[FIRST];
	hear(session, dial, rest + 2, on_socks5_end);
}

static void ask_socks5(struct session *session, struct dial *dial)
{
	struct address address;
	const char *host = dial->target->host;
	struct text request;

	text_init(&request);
	text_add_bytes(&request, "\5\1\0", 3);
	if (!address_read_ip(&address, host)) {
		text_add_char(&request, '\3');
		text_add_char(&request, (char)strlen(host));
		text_add(&request, host);
	} else if (address.any.sa_family == AF_INET) {
		text_add_char(&request, '\1');
		text_add_bytes(&request, (const char *)&address.in.sin_addr, sizeof(address.in.sin_addr));
	} else {
		text_add_char(&request, '\4');
		text_add_bytes(&request, (const char *)&address.in6.sin6_addr, sizeof(address.in6.sin6_addr));
	}
	add_port(&request, dial);
	say_bytes(session, dial, &request);
	text_release(&request);
	hear(session, dial, 5, on_socks5_reply);
}

static void on_password(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;

	if (!has_come(session, dial, call, 2))
		return;
	if (call->data.bytes[1] != 0)
		refused(session, dial, "name or password are wrong");
	else
		ask_socks5(session, dial);
}

/* RFC 1929 */
static void say_password(struct session *session, struct dial *dial)
{
	const char *user = dial->target->proxy_user, *password = getenv(PASSWORD_VARIABLE);
	struct text request;

	password = password == NULL ? "" : password;
	text_init(&request);
	text_add_char(&request, '\1');
	text_add_char(&request, (char)strlen(user));
	text_add(&request, user);
	text_add_char(&request, (char)strlen(password));
	text_add(&request, password);
	say_bytes(session, dial, &request);
	text_release(&request);
	hear(session, dial, 2, on_password);
}

static void on_method(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	unsigned char method;

	if (!has_come(session, dial, call, 2))
		return;
	method = (unsigned char)call->data.bytes[1];
	if (call->data.bytes[0] != 5)
		refused(session, dial, "it does not speak SOCKS5");
	else if (method == 0)
		ask_socks5(session, dial);
	else if (method == 2 && dial->target->proxy_user != NULL)
		say_password(session, dial);
	else
		refused(session, dial,
			method == 2 ? "it wants a name and a password: -P"
				    : "it takes none of our ways to say who we are; -P names a user");
}

static void begin_socks5(struct session *session, struct dial *dial)
{
	bool named = dial->target->proxy_user != NULL;
	struct text greeting;

	text_init(&greeting);
	text_add_bytes(&greeting, named ? "\5\2\0\2" : "\5\1\0", named ? 4 : 3);
	say_bytes(session, dial, &greeting);
	text_release(&greeting);
	hear(session, dial, 2, on_method);
}

/* ---- SOCKS4, 4a ---- */

static void on_socks4_reply(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	unsigned char code;

	if (!has_come(session, dial, call, 8))
		return;
	code = (unsigned char)call->data.bytes[1];
	if (code == 90)
		accepted(session, dial);
	else
		refused(session, dial, code == 91   ? "rejected or failed (91)"
				       : code == 92 ? "it cannot ask our identd (92)"
				       : code == 93 ? "our identd says another name (93)"
						    : "an answer that SOCKS4 does not have");
}

/* 4a: an address that cannot be, 0.0.0.1, and the name behind it. */
static bool begin_socks4(struct session *session, struct dial *dial)
{
	bool by_name = dial->target->proxy_kind == REMOTE_PROXY_SOCKS4A;
	const char *user = dial->target->proxy_user == NULL ? "" : dial->target->proxy_user;
	struct address address;
	struct text request;
	bool numeric = address_read_ip(&address, dial->target->host) && address.any.sa_family == AF_INET;

	if (!numeric && !by_name) {
		session_complain(session, -1, "SOCKS4 takes an IPv4 address, and no name: -X 4a sends %s as a name",
				 dial->target->host);
		errand_end(session, OUTCOME_FAILED);
		return false;
	}
	text_init(&request);
	text_add_bytes(&request, "\4\1", 2);
	add_port(&request, dial);
	text_add_bytes(&request, by_name ? "\0\0\0\1" : (const char *)&address.in.sin_addr, 4);
	text_add_bytes(&request, user, strlen(user) + 1);
	if (by_name)
		text_add_bytes(&request, dial->target->host, strlen(dial->target->host) + 1);
	say_bytes(session, dial, &request);
	text_release(&request);
	hear(session, dial, 8, on_socks4_reply);
	return true;
}

/* ---- CONNECT ---- */

static void peek(struct session *session, const struct dial *dial);

static void take_head(struct session *session, struct dial *dial)
{
	const char *head = dial->proxy->answer.data, *code = strchr(head, ' ');
	char *line;

	if (code != NULL && code[1] == '2') {
		accepted(session, dial);
		return;
	}
	line = xstrndup(head, strcspn(head, "\r\n"));
	refused(session, dial, line);
	free(line);
}

static void on_head(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	struct text *answer = &dial->proxy->answer;

	if (call->error != NULL || call->result == 0) {
		refused(session, dial, call->error != NULL ? call->error : "it closed the connection");
		return;
	}
	text_add_bytes(answer, call->data.bytes, call->data.len);
	if (memmem(answer->data, answer->len, "\r\n\r\n", 4) != NULL)
		take_head(session, dial);
	else if (answer->len > 65536)
		refused(session, dial, "its answer does not end");
	else
		peek(session, dial);
}

/* What was peeked at is read, up to the end of the head and no further. */
static void on_peeked(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	struct text all;
	const char *end;
	size_t before = dial->proxy->answer.len, take = call->data.len;

	text_init(&all);
	text_add_bytes(&all, dial->proxy->answer.data, before);
	if (call->result > 0)
		text_add_bytes(&all, call->data.bytes, call->data.len);
	end = memmem(all.data, all.len, "\r\n\r\n", 4);
	if (end != NULL)
		take = (size_t)(end + 4 - all.data) - before;
	text_release(&all);
	errand_add(session, on_head, "recv(%d, %zu)", dial->attempt.fd, take == 0 ? 1 : take);
}

static void peek(struct session *session, const struct dial *dial)
{
	errand_add(session, on_peeked, "recv(%d, 4096, MSG_PEEK)", dial->attempt.fd);
}

/* RFC 4648, section 4 */
static void add_base64(struct text *out, const char *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		unsigned group = (unsigned)(unsigned char)bytes[i] << 16;

		if (i + 1 < len)
			group |= (unsigned)(unsigned char)bytes[i + 1] << 8;
		if (i + 2 < len)
			group |= (unsigned char)bytes[i + 2];
		text_add_char(out, digits[group >> 18]);
		text_add_char(out, digits[group >> 12 & 63]);
		text_add_char(out, i + 1 < len ? digits[group >> 6 & 63] : '=');
		text_add_char(out, i + 2 < len ? digits[group & 63] : '=');
	}
}

static void add_authorization(struct text *out, const char *user)
{
	const char *password = getenv(PASSWORD_VARIABLE);
	char *both = text_format("%s:%s", user, password == NULL ? "" : password);

	text_add(out, "Proxy-Authorization: Basic ");
	add_base64(out, both, strlen(both));
	text_add(out, "\r\n");
	free(both);
}

static void begin_connect(struct session *session, struct dial *dial)
{
	const char *host = dial->target->host;
	bool six = strchr(host, ':') != NULL;
	struct text request;

	text_init(&request);
	text_addf(&request, "CONNECT %s%s%s:%u HTTP/1.0\r\n", six ? "[" : "", host, six ? "]" : "", dial->proxy->port);
	if (dial->target->proxy_user != NULL)
		add_authorization(&request, dial->target->proxy_user);
	text_add(&request, "\r\n");
	say_bytes(session, dial, &request);
	text_release(&request);
	peek(session, dial);
}

/* ---- */

bool proxy_begin(struct session *session, struct dial *dial, void (*then)(struct session *, struct dial *))
{
	dial->proxy = xcalloc(1, sizeof(*dial->proxy));
	dial->proxy->then = then;
	dial->proxy->port = dial->target->port_first;
	text_init(&dial->proxy->answer);
	if (dial->proxy->port == 0 || strlen(dial->target->host) > 255) {
		refused(session, dial,
			dial->proxy->port == 0 ? "a proxy is told the port by its number, not by its name"
					       : "a name has at most 255 bytes");
		return false;
	}
	if (is_connect(dial))
		begin_connect(session, dial);
	else if (dial->target->proxy_kind == REMOTE_PROXY_SOCKS5)
		begin_socks5(session, dial);
	else
		return begin_socks4(session, dial);
	return true;
}
