/*
 * inject: a segment of one's own making. What is not given is filled in from the connection that it claims to belong
 * to.
 *
 *	inject FROM > TO [FLAGS] [seq=N] [ack=N] [win=N] [data="…"] [options="mss=1460 …"] [ttl=N] [checksum=bad]
 *
 * FROM and TO are hosts or addresses; a port that is missing is that of the only connection between the two. FLAGS join
 * SYN, FIN, RST, PSH, ACK, URG, ECE, CWR, AE with commas or |, or are `none`. seq and ack are absolute, or +N from
 * where the connection stands.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "packet/build.h"
#include "packet/names.h"
#include "packet/tcp_options.h"
#include "session/commands.h"
#include "session/context.h"
#include "session/making.h"
#include "session/words.h"

struct end {
	struct address address;
	bool has_port; /* else 0 stands for it */
	bool is_name;  /* so it may mean either family */
};

struct injection {
	struct packet_plan plan;
	struct tcp_option_bytes options;
	struct end from, to;
	const char *host;   /* that it comes from */
	bool known;         /* the connection was seen on the wire */
};

static bool read_port(const char *digits, struct address *address)
{
	char *end;
	unsigned long port = strtoul(digits, &end, 10);

	if (*digits < '0' || *digits > '9' || *end != '\0' || port > UINT16_MAX)
		return false;
	address_set_port(address, (uint16_t)port);
	return true;
}

/* HOST[:PORT], ADDRESS[:PORT]. */
static bool read_end(const struct session *session, const char *word, int family, struct end *end)
{
	const char *colon = strrchr(word, ':');
	char *host;
	bool ok;

	end->has_port = address_read(&end->address, word, family);
	if (end->has_port || address_read_ip(&end->address, word))
		return true;
	end->is_name = true;
	if (colon == NULL)
		return context_host_address(session, word, family, &end->address);
	host = xstrndup(word, (size_t)(colon - word));
	end->has_port = true;
	ok = context_host_address(session, host, family, &end->address) && read_port(colon + 1, &end->address);
	free(host);
	return ok;
}

/* The lab host that has the address. */
static const char *owner_of(const struct session *session, const struct address *wanted)
{
	for (size_t i = 0; i < session->world.host_count; i++) {
		const struct world_host *host = &session->world.hosts[i];
		struct address own;

		if (context_host_address(session, host->name, wanted->any.sa_family, &own)) {
			address_set_port(&own, address_port(wanted));
			if (address_equal(&own, wanted))
				return host->name;
		}
	}
	return NULL;
}

/* A host or an address; [fd00::1] without a port reads as a list of one word. */
static const char *end_text(const struct syntax_list *words, size_t index)
{
	while (index < words->count && words->items[index].kind == SYNTAX_LIST &&
	       words->items[index].list.count == 1) {
		words = &words->items[index].list;
		index = 0;
	}
	return word_text(words, index);
}

static bool fits(const struct end *wanted, const struct address *there)
{
	struct address one = wanted->address, other = *there;

	if (!wanted->has_port) {
		address_set_port(&one, 0);
		address_set_port(&other, 0);
	}
	return address_equal(&one, &other);
}

/* The ports that are missing are those of the newest connection between the two; false: there is none. */
static bool find_connection(const struct session *session, struct injection *injection)
{
	for (size_t i = session->world.socket_count; i-- > 0;) {
		const struct world_socket *socket = session->world.sockets[i];
		struct address local, peer;

		if (!string_is(socket->proto, "tcp") || !address_read(&local, socket->local, AF_INET) ||
		    !address_read(&peer, socket->peer, AF_INET))
			continue;
		if (fits(&injection->from, &local) && fits(&injection->to, &peer)) {
			injection->from.address = local;
			injection->to.address = peer;
			return true;
		}
		if (fits(&injection->from, &peer) && fits(&injection->to, &local)) {
			injection->from.address = peer;
			injection->to.address = local;
			return true;
		}
	}
	return false;
}

/* By their names two hosts may mean either family: IPv6 if only there is a connection between them. */
static bool find_connection_of_names(const struct session *session, struct injection *injection,
				     const struct syntax_list *words)
{
	struct injection other = *injection;

	if (find_connection(session, injection))
		return true;
	if (!injection->from.is_name || !injection->to.is_name ||
	    !read_end(session, end_text(words, 0), AF_INET6, &other.from) ||
	    !read_end(session, end_text(words, 2), AF_INET6, &other.to) || !find_connection(session, &other))
		return false;
	*injection = other;
	return true;
}

static void put_address(struct packet_addr *addr, const struct address *address)
{
	if (address->any.sa_family == AF_INET6)
		memcpy(addr->bytes, &address->in6.sin6_addr, sizeof(struct in6_addr));
	else
		memcpy(addr->bytes, &address->in.sin_addr, sizeof(struct in_addr));
}

static void begin_plan(const struct session *session, struct injection *injection)
{
	struct packet_plan *plan = &injection->plan;

	*plan = (struct packet_plan){
		.version = injection->from.address.any.sa_family == AF_INET6 ? 6 : 4,
		.protocol = IPPROTO_TCP,
		.src_port = address_port(&injection->from.address),
		.dst_port = address_port(&injection->to.address),
		.window = 65535,
		.dont_fragment = true,
	};
	put_address(&plan->src, &injection->from.address);
	put_address(&plan->dst, &injection->to.address);
	injection->known = wire_fill_plan(session->lab->wire, plan);
}

/* A name before an address is meant in the address's family. */
static bool is_one_family(const struct session *session, const char *from, struct injection *injection)
{
	int family = injection->to.address.any.sa_family;

	if (injection->from.address.any.sa_family != family && injection->from.is_name)
		read_end(session, from, family, &injection->from);
	return injection->from.address.any.sa_family == family;
}

/* FROM > TO */
static bool read_ends(struct session *session, const struct syntax_list *words, struct injection *injection)
{
	const char *from = end_text(words, 0), *to = end_text(words, 2);

	if (!words_are(session, words, 3, 16))
		return false;
	if (from == NULL || to == NULL || word_text(words, 1) == NULL || !string_is(word_text(words, 1), ">")) {
		words_mistaken(session, words, 1, "it is written so: inject client > server:80 RST");
		return false;
	}
	if (!read_end(session, from, AF_INET, &injection->from)) {
		words_mistaken(session, words, 0, "%s is no host and no address", from);
		return false;
	}
	if (!read_end(session, to, injection->from.address.any.sa_family, &injection->to)) {
		words_mistaken(session, words, 2, "%s is no host and no address of that family", to);
		return false;
	}
	if (!is_one_family(session, from, injection)) {
		words_mistaken(session, words, 2, "one of the addresses is of IPv4, the other of IPv6");
		return false;
	}
	return true;
}

/* The ports that were not given, and who sends it. */
static bool complete_ends(struct session *session, const struct syntax_list *words, struct injection *injection)
{
	if (!find_connection_of_names(session, injection, words) &&
	    (!injection->from.has_port || !injection->to.has_port)) {
		words_mistaken(session, words, injection->from.has_port ? 2 : 0,
			       "there is no such connection whose port could be meant: give it, as in client:4000");
		return false;
	}
	injection->host = owner_of(session, &injection->from.address);
	if (injection->host == NULL)
		words_mistaken(session, words, 0, "no host of the lab has this address");
	return injection->host != NULL;
}

/* N, or +N or -N from what stands there. */
static bool read_number(const char *value, uint32_t *number)
{
	bool is_less = *value == '-', is_more = *value == '+';
	const char *digits = value + (is_less || is_more);
	char *end;
	unsigned long long given = strtoull(digits, &end, 0);

	if (end == digits || *end != '\0' || given > UINT32_MAX)
		return false;
	if (!is_less && !is_more)
		*number = 0;
	*number += is_less ? -(uint32_t)given : (uint32_t)given;
	return true;
}

static bool read_small(const char *value, uint32_t most, uint32_t *number)
{
	*number = 0;
	return read_number(value, number) && *number <= most;
}

static bool read_named(struct injection *injection, const struct syntax *word, struct text *message)
{
	struct packet_plan *plan = &injection->plan;
	const char *value = word->text == NULL ? "" : word->text;
	uint32_t number;

	if (string_is(word->key, "seq"))
		return read_number(value, &plan->seq);
	if (string_is(word->key, "ack"))
		return read_number(value, &plan->ack);
	if (string_is(word->key, "data") && word->kind == SYNTAX_STRING) {
		plan->data = word->text;
		plan->data_len = word->len;
		return true;
	}
	if (string_is(word->key, "options")) {
		if (!tcp_options_parse(&injection->options, value, message))
			return false;
		plan->tcp_options = injection->options.bytes;
		plan->tcp_options_len = injection->options.len;
		return true;
	}
	if (string_is(word->key, "win") && read_small(value, UINT16_MAX, &number)) {
		plan->window = (uint16_t)number;
		return true;
	}
	if (string_is(word->key, "ttl") && read_small(value, UINT8_MAX, &number)) {
		plan->ttl = (uint8_t)number;
		return true;
	}
	if (string_is(word->key, "checksum") && string_is(value, "bad")) {
		plan->checksum_wish = CHECKSUM_SPOIL;
		return true;
	}
	return false;
}

static bool read_flags(struct injection *injection, const char *word)
{
	char *flags = xstrdup(word);
	bool ok;

	for (char *bar = flags; (bar = strchr(bar, '|')) != NULL;)
		*bar = ',';
	ok = flags_parse(&injection->plan.flags, flags);
	free(flags);
	return ok;
}

static bool read_rest(struct session *session, const struct syntax_list *words, struct injection *injection)
{
	struct text message;
	bool flags_given = false, ok = true;
	uint16_t all = 0;

	text_init(&message);
	for (size_t i = 3; ok && i < words->count; i++) {
		const struct syntax *word = &words->items[i];

		ok = word->key != NULL ? read_named(injection, word, &message)
				       : word_text(words, i) != NULL && read_flags(injection, word_text(words, i));
		/* SYN,ACK reads as two words: a comma separates words too. */
		if (ok && word->key == NULL) {
			all = (uint16_t)(flags_given ? all | injection->plan.flags : injection->plan.flags);
			injection->plan.flags = all;
			flags_given = true;
		}
		if (!ok)
			words_mistaken(session, words, i, "%s",
				       message.len > 0 ? message.data
						       : "flags such as SYN,ACK are expected here, or seq= ack= win= "
							 "data=\"…\" options=\"…\" "
							 "ttl= checksum=bad");
	}
	text_release(&message);
	return ok;
}

static void on_quiet(struct session *session)
{
	making_tell_blocked(session);
	session_finish(session, OUTCOME_OK);
}

static const struct waiter waits_for_quiet = { .quiet = on_quiet };

static void put_on_wire(struct session *session, const struct injection *injection)
{
	struct wire *wire = session->lab->wire;
	uint8_t *bytes = xmalloc(PACKET_BYTES_MOST);
	size_t len = packet_build(&injection->plan, bytes, PACKET_BYTES_MOST);

	if (len == 0) {
		session_complain(session, -1, "this is more than fits into a packet");
		session_finish(session, OUTCOME_FAILED);
	} else {
		wire_inject(wire, wire_host_number(wire, injection->host), bytes, len);
		session_wait(session, &waits_for_quiet, -1);
		lab_ask_quiet(session->lab);
	}
	free(bytes);
}

void command_inject(struct session *session, const struct syntax_list *words)
{
	struct injection injection = { 0 };

	if (session->lab->wire == NULL) {
		session_complain(session, -1, "there is no wire here: sockstep was started with --local");
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	if (!read_ends(session, words, &injection) || !complete_ends(session, words, &injection))
		return;
	begin_plan(session, &injection);
	if (read_rest(session, words, &injection))
		put_on_wire(session, &injection);
}
