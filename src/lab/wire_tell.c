#include "lab/wire_tell.h"

#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "packet/decode.h"
#include "packet/describe.h"

const char *wire_name(const struct wire *wire, int host)
{
	if (host >= 0 && (size_t)host < wire->host_count)
		return wire->hosts[host]->name;
	return host == WIRE_EVERYBODY ? "*" : host == WIRE_ROUTER ? "router" : "nobody";
}

static char *protocol_word(uint8_t version, uint8_t protocol)
{
	const char *name = protocol_name(protocol);
	char *word;

	if (version == 0)
		return xstrdup("none");
	if (protocol == IPPROTO_ICMPV6)
		return xstrdup("icmp6");
	if (name == NULL)
		return text_format("ip%u", protocol);
	word = xstrdup(name);
	for (char *at = word; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	return word;
}

/* Takes the text over; NULL if it is empty. */
static char *take(struct text *text)
{
	char *taken = text->len > 0 ? text_take(text) : NULL;

	text_release(text);
	return taken;
}

/* ---- one packet ---- */

static void fill_numbers(struct event_segment *segment, const struct wire_packet *packet, const struct packet *decoded)
{
	const struct packet_tcp *tcp = &decoded->tcp;
	const struct track_note *note = packet->has_note ? &packet->note : NULL;
	struct text text;

	segment->seq_raw = tcp->seq;
	segment->seq_rel = note == NULL ? tcp->seq : note->seq;
	segment->len = decoded->payload_len;
	if (decoded->tcp.header_len == 0)
		return;
	/* Without the flag there is no number, and it counts as 0, as in Wireshark. */
	segment->ack_rel = 0;
	if ((tcp->flags & FLAG_ACK) != 0) {
		segment->ack_raw = tcp->ack;
		segment->ack_rel = note == NULL ? tcp->ack : note->ack;
	}
	segment->win = note == NULL ? tcp->window : note->window;
	segment->win_raw = tcp->window;
	text_init(&text);
	flags_describe(&text, tcp->flags);
	segment->flags = text_take(&text);
	tcp_options_describe(&text, tcp, note == NULL ? 0 : note->base_ack);
	segment->options = take(&text);
}

static void add_remark(struct text *out, const char *remark)
{
	if (out->len > 0)
		text_add(out, ", ");
	text_add(out, remark);
}

static bool has_bad_checksum(const struct packet *decoded)
{
	bool bad = decoded->ip.checksum_state == CHECKSUM_BAD;

	return bad || (decoded->transport == PACKET_TCP && decoded->tcp.checksum_state == CHECKSUM_BAD);
}

static char *info_of(const struct wire_packet *packet, const struct packet *decoded)
{
	struct text info;

	text_init(&info);
	if (packet->has_note)
		track_describe(&info, &packet->note);
	else if (decoded->transport != PACKET_TCP || decoded->ip.is_fragment)
		packet_describe(&info, decoded, (struct packet_base){ 0 });
	if (decoded->transport == PACKET_TCP && has_bad_checksum(decoded))
		add_remark(&info, "bad checksum");
	if (packet->injected)
		add_remark(&info, "injected");
	if (packet->corrupted)
		add_remark(&info, "corrupted");
	if (packet->fragment)
		add_remark(&info, "cut for the mtu");
	return take(&info);
}

static char *address_text(const struct packet *decoded, bool is_src)
{
	struct text text;

	text_init(&text);
	if (is_src)
		packet_describe_src(&text, decoded);
	else
		packet_describe_dst(&text, decoded);
	return text_take(&text);
}

/* How many segments a packet stands for: 1, if it is no super-frame. */
static int64_t segments_in(const struct wire_packet *packet, const struct packet *decoded)
{
	int64_t size = packet->header.gso_size, len = decoded->payload_len;

	return size == 0 || len == 0 ? 1 : (len + size - 1) / size;
}

static void describe(struct event *event, const struct wire *wire, const struct wire_packet *packet,
		     const struct packet *decoded)
{
	struct event_segment *segment;
	struct text malformed;

	event_init(event, EVENT_segment);
	segment = &event->segment;
	segment->n = packet->n;
	segment->from = xstrdup(wire_name(wire, packet->from));
	segment->to = xstrdup(wire_name(wire, packet->to));
	segment->proto = protocol_word(decoded->ip.version, decoded->ip.protocol);
	segment->src = address_text(decoded, true);
	segment->dst = address_text(decoded, false);
	segment->len = decoded->payload_len;
	if (decoded->transport == PACKET_TCP)
		fill_numbers(segment, packet, decoded);
	segment->info = info_of(packet, decoded);
	text_init(&malformed);
	if (decoded->malformed.kind != FAULT_NONE)
		fault_describe(&malformed, &decoded->malformed);
	segment->malformed = take(&malformed);
	segment->sent = packet->sent > 1 ? packet->sent : EVENT_NO_INT;
	segment->copy_of = packet->copy_of != 0 ? packet->copy_of : EVENT_NO_INT;
	segment->cause = packet->cause;
	if (packet->header.gso_size != 0)
		segment->segments = segments_in(packet, decoded);
}

static void emit(struct wire *wire, struct event *event, const char *verdict, const char *why)
{
	event->segment.verdict = xstrdup(verdict);
	event->segment.why = why == NULL ? NULL : xstrdup(why);
	wire->ops->event(wire->owner, event);
}

/* ---- sums ---- */

static char *end_of_sum(const struct wire_sum *sum, const struct packet_addr *addr, uint16_t port)
{
	struct text text;

	text_init(&text);
	if (sum->has_ports)
		endpoint_describe(&text, sum->version, addr, port);
	else
		addr_describe(&text, sum->version, addr);
	return text_take(&text);
}

static void tell_sum(struct wire *wire, const struct wire_sum *sum)
{
	struct event event;

	event_init(&event, EVENT_segment);
	event.segment.n = sum->n;
	event.segment.from = xstrdup(wire_name(wire, sum->from));
	event.segment.to = xstrdup(wire_name(wire, sum->to));
	event.segment.proto = protocol_word(sum->version, sum->protocol);
	event.segment.src = end_of_sum(sum, &sum->src, sum->src_port);
	event.segment.dst = end_of_sum(sum, &sum->dst, sum->dst_port);
	event.segment.segments = sum->segments;
	event.segment.len = sum->bytes;
	emit(wire, &event, sum->dropped ? "dropped" : "delivered", sum->why);
}

void wire_tell_sums(struct wire *wire)
{
	struct wire_summary *summary = &wire->summary;
	size_t count = summary->count;

	wire_summary_sort(summary);
	for (size_t i = 0; i < count; i++)
		tell_sum(wire, &summary->sums[i]);
	wire_summary_clear(summary);
}

static void add_to_sum(struct wire *wire, const struct wire_packet *packet, const struct packet *decoded, bool dropped,
		       const char *why)
{
	struct wire_sum one = {
		.from = packet->from,
		.to = packet->to,
		.version = decoded->ip.version,
		.protocol = decoded->ip.protocol,
		.src = decoded->ip.src,
		.dst = decoded->ip.dst,
		.dropped = dropped,
		.segments = segments_in(packet, decoded),
		.bytes = decoded->payload_len,
		.n = packet->n,
	};

	one.has_ports = packet_ports(decoded, &one.src_port, &one.dst_port);
	if (wire->summary.count == 0)
		wire->summary.tick = wire->ops->now(wire->owner) + WIRE_TICK;
	if (wire_summary_add(&wire->summary, &one, why))
		return;
	wire_tell_sums(wire);
	wire_summary_add(&wire->summary, &one, why);
}

/* ---- telling ---- */

void wire_tell(struct wire *wire, const struct wire_packet *packet, const struct packet *decoded, const char *verdict,
	       const char *why)
{
	const struct world_segment *known;
	struct event event;

	if (packet->n == 0)
		return;
	if (packet->untold) {
		if (!string_is(verdict, "delayed"))
			add_to_sum(wire, packet, decoded, string_is(verdict, "dropped"), why);
		return;
	}
	describe(&event, wire, packet, decoded);
	if (packet->corrupted) {
		event.segment.packet.bytes = xmalloc(packet->len);
		event.segment.packet.len = packet->len;
		memcpy(event.segment.packet.bytes, packet->bytes, packet->len);
	}
	known = world_segment(wire->world, packet->n);
	if (known != NULL && known->told.segment.tls != NULL)
		event.segment.tls = xstrdup(known->told.segment.tls);
	emit(wire, &event, verdict, why);
}

/* A held one is always told of; their number has a bound of its own. */
static bool is_in_flood(struct wire *wire, const char *verdict)
{
	if (string_is(verdict, "held"))
		return false;
	return !wire_summary_admits(&wire->summary, wire->ops->now(wire->owner), WIRE_TOLD_A_SECOND);
}

void wire_tell_first(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, const char *verdict,
		     const char *why)
{
	struct event event;

	if (packet->n == 0)
		return;
	packet->untold = is_in_flood(wire, verdict);
	if (packet->untold) {
		wire_tell(wire, packet, decoded, verdict, why);
		return;
	}
	if (wire->summary.count > 0)
		wire_tell_sums(wire);
	describe(&event, wire, packet, decoded);
	event.segment.came = packet->came;
	if (wire->ops->cause != NULL && packet->from >= 0 && !packet->injected && packet->copy_of == 0)
		packet->cause = wire->ops->cause(wire->owner, event.segment.from, &event.segment);
	event.segment.cause = packet->cause;
	event.segment.packet.bytes = xmalloc(packet->len);
	event.segment.packet.len = packet->len;
	memcpy(event.segment.packet.bytes, packet->bytes, packet->len);
	emit(wire, &event, verdict, why);
}

void wire_tell_sent_again(struct wire *wire, int64_t n)
{
	const struct world_segment *known = world_segment(wire->world, n);
	struct event event;

	if (known == NULL || known->told.segment.packet.bytes == NULL)
		return;
	event_copy(&event, &known->told);
	event.seq = EVENT_NO_INT;
	event.t = EVENT_NO_REAL;
	free(event.segment.packet.bytes);
	event.segment.packet = (struct event_bytes){ 0 };
	event.segment.sent = event.segment.sent == EVENT_NO_INT ? 2 : event.segment.sent + 1;
	wire->ops->event(wire->owner, &event);
}

/* ---- the wire itself ---- */

static void add_item(struct text *out, size_t before)
{
	if (out->len > before)
		text_add(out, ", ");
}

static void describe_rule(const struct wire *wire, const struct wire_rule *rule, struct text *out)
{
	text_addf(out, "%s ", wire_setting_word(rule->setting));
	wire_value_describe(out, rule->setting, rule->value);
	if (rule->from != WIRE_ANY || rule->to != WIRE_ANY)
		text_addf(out, " %s > %s", rule->from == WIRE_ANY ? "*" : wire_name(wire, rule->from),
			  rule->to == WIRE_ANY ? "*" : wire_name(wire, rule->to));
}

void wire_describe_settings(const struct wire *wire, struct text *out)
{
	size_t before = out->len;

	for (size_t i = 0; i < wire->rules.count; i++) {
		add_item(out, before);
		describe_rule(wire, &wire->rules.rules[i], out);
	}
	if (wire->seed != 0) {
		add_item(out, before);
		text_addf(out, "seed %llu", (unsigned long long)wire->seed);
	}
	if (!wire->folds) {
		add_item(out, before);
		text_add(out, "fold off");
	}
	if (wire->background) {
		add_item(out, before);
		text_add(out, "background on");
	}
	for (size_t i = 0; i < wire->host_count; i++)
		if (wire->hosts[i]->is_cut) {
			add_item(out, before);
			text_addf(out, "%s cut", wire->hosts[i]->name);
		}
}

void wire_tell_mode(struct wire *wire)
{
	struct event event;
	struct text settings;

	text_init(&settings);
	wire_describe_settings(wire, &settings);
	event_init(&event, EVENT_wire);
	event.wire.status = xstrdup(wire->holds ? "hold" : "flow");
	event.wire.held = (int64_t)wire->held.count;
	event.wire.text = take(&settings);
	wire->ops->event(wire->owner, &event);
}
