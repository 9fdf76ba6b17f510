#include "packet/tcp_options.h"

#include "base/mem.h"
#include "packet/bytes.h"

enum { FIXED_LEN = 20, REST = TCP_OPTION_BYTES_MOST };

/*
 * One kind: `least` and `most` bound the length of the whole option, kind and length bytes included. `read` sets the
 * value from the bytes after the length and answers whether their number is right; NULL: any number within the bounds
 * is. `show` writes the value; NULL: there is none.
 */
struct option_kind {
	uint8_t kind;
	uint8_t least, most;
	const char *name;
	const char *title;
	bool (*read)(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body);
	void (*show)(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
		uint32_t sack_base);
};

static uint8_t body_len(const struct tcp_option *option)
{
	return (uint8_t)(option->len - 2);
}

static bool read_mss(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->mss = get16(body);
	return true;
}

static void show_mss(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "%u", option->mss);
}

static bool read_window_scale(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->window_shift = body[0];
	return true;
}

static void show_window_scale(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "%u", option->window_shift);
}

/* RFC 2018 3: a length of 8n+2, with at least one block. */
static bool read_sack(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	uint8_t count = body_len(option) / 8;

	if (body_len(option) % 8 != 0 || count > PACKET_SACK_BLOCKS_MOST - tcp->sack_count)
		return false;
	option->sack.first = tcp->sack_count;
	option->sack.count = count;
	for (; count > 0; count--, body += 8) {
		struct sack_block *block = &tcp->sack_blocks[tcp->sack_count++];

		block->left = get32(body);
		block->right = get32(body + 4);
	}
	return true;
}

static void show_sack(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	for (unsigned i = 0; i < option->sack.count; i++) {
		const struct sack_block *block = &tcp->sack_blocks[option->sack.first + i];

		text_addf(out, "%s%u-%u", i == 0 ? "" : ",", block->left - sack_base, block->right - sack_base);
	}
}

static bool read_timestamps(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->timestamps.value = get32(body);
	option->timestamps.echo = get32(body + 4);
	return true;
}

static void show_timestamps(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "%u/%u", option->timestamps.value, option->timestamps.echo);
}

static bool read_number(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->number.value = 0;
	for (unsigned i = 0; i < body_len(option); i++)
		option->number.value = option->number.value << 8 | body[i];
	return true;
}

static void show_number(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "%u", option->number.value);
}

static bool read_authentication(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->authentication.key_id = body[0];
	option->authentication.next_key_id = body[1];
	option->authentication.mac_len = (uint8_t)(body_len(option) - 2);
	return true;
}

static void show_authentication(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "key %u next %u mac %u bytes", option->authentication.key_id, option->authentication.next_key_id,
		option->authentication.mac_len);
}

/* RFC 7413 4.1.1: no cookie (a request), or an even number of bytes from 4 to 16. */
static bool read_fast_open(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	uint8_t len = body_len(option);

	(void)tcp;
	(void)body;
	option->fast_open.cookie_len = len;
	return len == 0 || (len >= 4 && len % 2 == 0);
}

static void show_fast_open(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	if (option->fast_open.cookie_len == 0)
		text_add(out, "request");
	else
		text_addf(out, "%u bytes", option->fast_open.cookie_len);
}

static bool read_mptcp(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->mptcp.subtype = body[0] >> 4;
	return true;
}

/* RFC 8684 3, and the IANA registry of subtypes. */
static void show_mptcp(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	static const char *const subtypes[] = {
		"capable", "join", "dss", "add-addr", "remove-addr", "prio", "fail", "fastclose", "tcprst",
	};

	(void)tcp;
	(void)sack_base;
	if (option->mptcp.subtype < COUNT_OF(subtypes))
		text_add(out, subtypes[option->mptcp.subtype]);
	else
		text_addf(out, "%u", option->mptcp.subtype);
}

static bool read_user_timeout(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->user_timeout.amount = get16(body) & 0x7fff;
	option->user_timeout.is_minutes = (body[0] & 0x80) != 0;
	return true;
}

static void show_user_timeout(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "%u%s", option->user_timeout.amount, option->user_timeout.is_minutes ? "min" : "s");
}

static bool read_experiment(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	option->experiment.id = get16(body);
	return true;
}

static void show_experiment(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "0x%04x", option->experiment.id);
}

/* RFC 9768 3.2.3: nothing, or one to three counters of three bytes. */
static bool read_accurate_ecn(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *body)
{
	(void)tcp;
	(void)body;
	return body_len(option) % 3 == 0;
}

static void show_len(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	(void)tcp;
	(void)sack_base;
	text_addf(out, "%u bytes", body_len(option));
}

static const struct option_kind kinds[] = {
	{ 0, 1, 1, "eol", "End of option list", NULL, NULL },
	{ 1, 1, 1, "nop", "No operation", NULL, NULL },
	{ 2, 4, 4, "mss", "Maximum segment size", read_mss, show_mss },
	{ 3, 3, 3, "wscale", "Window scale", read_window_scale, show_window_scale },
	{ 4, 2, 2, "sackOK", "SACK permitted", NULL, NULL },
	{ 5, 10, 34, "sack", "SACK", read_sack, show_sack },
	{ 6, 6, 6, "echo", "Echo (obsolete)", read_number, show_number },
	{ 7, 6, 6, "echoreply", "Echo reply (obsolete)", read_number, show_number },
	{ 8, 10, 10, "ts", "Timestamps", read_timestamps, show_timestamps },
	{ 9, 2, 2, "poc", "Partial order connection permitted (obsolete)", NULL, NULL },
	{ 10, 3, 3, "pocprofile", "Partial order service profile (obsolete)", read_number, show_number },
	{ 11, 6, 6, "cc", "Connection count (obsolete)", read_number, show_number },
	{ 12, 6, 6, "ccnew", "Connection count, new (obsolete)", read_number, show_number },
	{ 13, 6, 6, "ccecho", "Connection count, echoed (obsolete)", read_number, show_number },
	{ 14, 3, 3, "altsum", "Alternate checksum request (obsolete)", read_number, show_number },
	{ 15, 2, REST, "altsumdata", "Alternate checksum data (obsolete)", NULL, show_len },
	{ 16, 2, REST, "skeeter", "Skeeter", NULL, show_len },
	{ 17, 2, REST, "bubba", "Bubba", NULL, show_len },
	{ 18, 3, 3, "trailersum", "Trailer checksum", read_number, show_number },
	{ 19, 18, 18, "md5", "MD5 signature (obsolete)", NULL, show_len },
	{ 20, 4, 4, "scps", "SCPS capabilities", read_number, show_number },
	{ 21, 2, REST, "snack", "Selective negative acknowledgements", NULL, show_len },
	{ 22, 2, 2, "records", "Record boundaries", NULL, NULL },
	{ 23, 2, 2, "corruption", "Corruption experienced", NULL, NULL },
	{ 24, 2, REST, "snap", "SNAP", NULL, show_len },
	{ 26, 2, REST, "compress", "Compression filter", NULL, show_len },
	{ 27, 8, 8, "quickstart", "Quick-start response", NULL, show_len },
	{ 28, 4, 4, "uto", "User timeout", read_user_timeout, show_user_timeout },
	{ 29, 4, REST, "ao", "Authentication (TCP-AO)", read_authentication, show_authentication },
	{ 30, 3, REST, "mptcp", "Multipath TCP", read_mptcp, show_mptcp },
	{ 34, 2, 18, "fastopen", "Fast open cookie", read_fast_open, show_fast_open },
	{ 69, 2, REST, "eno", "Encryption negotiation (TCP-ENO)", NULL, show_len },
	{ 172, 2, 11, "accecn0", "Accurate ECN, order 0", read_accurate_ecn, show_len },
	{ 174, 2, 11, "accecn1", "Accurate ECN, order 1", read_accurate_ecn, show_len },
	{ 253, 4, REST, "exp1", "Experiment 1", read_experiment, show_experiment },
	{ 254, 4, REST, "exp2", "Experiment 2", read_experiment, show_experiment },
};

static const struct option_kind *find_kind(uint8_t kind)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (kinds[i].kind == kind)
			return &kinds[i];
	}
	return NULL;
}

/* Values of an option whose length can be followed; `option` is malformed if it is not a length of its kind. */
static void read_value(struct packet_tcp *tcp, struct tcp_option *option, const uint8_t *header)
{
	const struct option_kind *kind = find_kind(option->kind);

	if (kind == NULL)
		return;
	option->is_malformed = option->len < kind->least || option->len > kind->most
		|| (kind->read != NULL && !kind->read(tcp, option, header + option->offset + 2));
}

static struct packet_fault fault_at(enum packet_fault_kind kind, uint32_t at, uint32_t value)
{
	return (struct packet_fault){ .kind = kind, .at = at, .value = value };
}

/* Length of the option at `at`, 0 with the reason in `fault` if it cannot be followed. */
static uint8_t followed_len(const uint8_t *header, uint8_t at, uint8_t header_len, struct packet_fault *fault)
{
	uint8_t left = (uint8_t)(header_len - at);

	if (header[at] == TCP_OPTION_END || header[at] == TCP_OPTION_NOP)
		return 1;
	if (left < 2 || header[at + 1] > left) {
		*fault = fault_at(FAULT_TCP_OPTION_CUT, at, header[at]);
		return 0;
	}
	if (header[at + 1] < 2) {
		*fault = fault_at(FAULT_TCP_OPTION_TINY, at + 1u, header[at + 1]);
		return 0;
	}
	return header[at + 1];
}

struct packet_fault tcp_options_read(struct packet_tcp *tcp, const uint8_t *header, uint8_t header_len)
{
	struct packet_fault fault = { .kind = FAULT_NONE }, stop = { .kind = FAULT_NONE };
	uint8_t at = FIXED_LEN;

	while (at < header_len && stop.kind == FAULT_NONE) {
		struct tcp_option option = { .kind = header[at], .offset = at };

		option.len = followed_len(header, at, header_len, &stop);
		if (option.len == 0)
			break;
		read_value(tcp, &option, header);
		if (option.is_malformed && fault.kind == FAULT_NONE)
			fault = fault_at(FAULT_TCP_OPTION_LEN, at + 1u, option.len);
		tcp->options[tcp->option_count++] = option;
		if (option.kind == TCP_OPTION_END)
			break;
		at = (uint8_t)(at + option.len);
	}
	return fault.kind != FAULT_NONE ? fault : stop;
}

const char *tcp_option_title(uint8_t kind)
{
	const struct option_kind *found = find_kind(kind);

	return found != NULL ? found->title : "Unknown option";
}

int tcp_option_kind(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (string_is(kinds[i].name, name))
			return kinds[i].kind;
	}
	return -1;
}

void tcp_option_show(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	const struct option_kind *kind = find_kind(option->kind);

	if (option->is_malformed)
		text_add(out, "malformed");
	else if (kind == NULL)
		text_addf(out, "%u", option->kind);
	else if (kind->show != NULL)
		kind->show(out, tcp, option, sack_base);
}

static void describe_option(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base)
{
	const struct option_kind *kind = find_kind(option->kind);

	text_add(out, kind != NULL ? kind->name : "kind");
	if (option->is_malformed || kind == NULL || kind->show != NULL)
		text_add_char(out, '=');
	tcp_option_show(out, tcp, option, sack_base);
}

void tcp_options_describe(struct text *out, const struct packet_tcp *tcp, uint32_t sack_base)
{
	size_t start = out->len;

	for (unsigned i = 0; i < tcp->option_count; i++) {
		if (tcp->options[i].kind == TCP_OPTION_END || tcp->options[i].kind == TCP_OPTION_NOP)
			continue;
		if (out->len > start)
			text_add_char(out, ' ');
		describe_option(out, tcp, &tcp->options[i], sack_base);
	}
}
