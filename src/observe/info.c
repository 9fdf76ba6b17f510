#include "observe/info.h"

#include <linux/inet_diag.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/constants.h"

/* Rows */

void info_init(struct info *info)
{
	*info = (struct info){ 0 };
}

void info_release(struct info *info)
{
	for (size_t i = 0; i < info->count; i++)
		free(info->rows[i].value);
	free(info->rows);
	info_init(info);
}

static void add_row(struct info *info, const char *name, enum info_join join, char *value)
{
	info->rows = array_grow(info->rows, info->count, &info->room, sizeof(*info->rows));
	info->rows[info->count++] = (struct info_row){ .name = name, .join = join, .value = value };
}

/* A row made by printf, joined with a colon. */
#define ADD(info, name, ...) add_row(info, name, JOIN_COLON, text_format(__VA_ARGS__))

const char *info_value(const struct info *info, const char *name)
{
	for (size_t i = 0; i < info->count; i++) {
		if (strcmp(info->rows[i].name, name) == 0)
			return info->rows[i].value;
	}
	return NULL;
}

void info_print_row(struct text *out, const struct info_row *row)
{
	switch (row->join) {
	case JOIN_FLAG:
		text_add(out, row->name);
		return;
	case JOIN_VALUE:
		text_add(out, row->value);
		return;
	case JOIN_COLON:
		text_addf(out, "%s:%s", row->name, row->value);
		return;
	case JOIN_SPACE:
		text_addf(out, "%s %s", row->name, row->value);
		return;
	}
}

void info_print_timer(struct text *out, unsigned milliseconds)
{
	unsigned minutes = milliseconds / 60000;
	unsigned seconds = milliseconds / 1000 % 60;
	unsigned rest = milliseconds % 1000;

	/* The coarser unit makes the finer one superfluous, as ss has it. */
	if (minutes > 0)
		text_addf(out, "%umin", minutes);
	if (minutes > 9)
		return;
	if (minutes > 0 || seconds > 9)
		rest = 0;
	if (seconds > 0)
		text_addf(out, rest > 0 ? "%u." : "%usec", seconds);
	if (rest > 0)
		text_addf(out, "%03ums", rest);
}

/* Fields of struct tcp_info */

/* One row: its name, which bytes of the kernel's answer it needs, and what it says; NULL: nothing worth a row. */
struct field {
	const char *name;
	enum info_join join;
	size_t offset, size;
	char *(*print)(const struct socket_facts *facts, uint64_t number);
};

static double thousandth(uint64_t number)
{
	return (double)number / 1000;
}

static char *print_count(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return number == 0 ? NULL : text_format("%llu", (unsigned long long)number);
}

/* Microseconds as milliseconds. */
static char *print_time(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return number == 0 ? NULL : text_format("%g", thousandth(number));
}

static char *print_min_rtt(const struct socket_facts *facts, uint64_t number)
{
	return number == UINT32_MAX ? NULL : print_time(facts, number);
}

static char *flag_if(bool set)
{
	return set ? xstrdup("") : NULL;
}

static char *print_timestamps(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return flag_if((number & TCP_FACTS_TIMESTAMPS) != 0);
}

static char *print_usec_ts(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return flag_if((number & TCP_FACTS_USEC_TS) != 0);
}

static char *print_sack(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return flag_if((number & TCP_FACTS_SACK) != 0);
}

static char *print_ecn(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return flag_if((number & TCP_FACTS_ECN) != 0);
}

static char *print_ecn_seen(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return flag_if((number & TCP_FACTS_ECN_SEEN) != 0);
}

static char *print_fastopen(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return flag_if((number & TCP_FACTS_SYN_DATA) != 0);
}

static char *print_congestion(const struct socket_facts *facts, uint64_t number)
{
	struct text text;

	(void)number;
	if (facts->congestion[0] == '\0')
		return NULL;
	text_init(&text);
	/* A module's name: the kernel's own text, but a row promises printable ASCII. */
	for (const char *at = facts->congestion; *at != '\0'; at++)
		text_add_char(&text, *at > ' ' && *at < 0x7f ? *at : '?');
	return text.data;
}

static char *print_wscale(const struct socket_facts *facts, uint64_t number)
{
	(void)number;
	if ((facts->tcp.options & TCP_FACTS_WSCALE) == 0)
		return NULL;
	return text_format("%u,%u", tcp_facts_wscale_sent(&facts->tcp), tcp_facts_wscale_received(&facts->tcp));
}

/* 3 s is what a socket has that never sent anything. */
static char *print_rto(const struct socket_facts *facts, uint64_t number)
{
	return number == 3000000 ? NULL : print_time(facts, number);
}

static char *print_rtt(const struct socket_facts *facts, uint64_t number)
{
	if (number == 0)
		return NULL;
	return text_format("%g/%g", thousandth(number), thousandth(facts->tcp.rttvar));
}

static char *print_ssthresh(const struct socket_facts *facts, uint64_t number)
{
	return number >= 0xffff ? NULL : print_count(facts, number);
}

/* What the path would carry at this window: segments in flight for each round trip. */
static char *print_send(const struct socket_facts *facts, uint64_t number)
{
	const struct tcp_facts *tcp = &facts->tcp;

	(void)number;
	if (tcp->rtt == 0 || tcp->snd_mss == 0 || tcp->snd_cwnd == 0)
		return NULL;
	return text_format("%.0fbps", (double)tcp->snd_cwnd * tcp->snd_mss * 8000000.0 / tcp->rtt);
}

static double bits(uint64_t bytes)
{
	return (double)bytes * 8;
}

static char *print_rate(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return number == 0 ? NULL : text_format("%.0fbps", bits(number));
}

static char *print_pacing(const struct socket_facts *facts, uint64_t number)
{
	uint64_t most = facts->tcp.max_pacing_rate;

	if (number == 0 || number == UINT64_MAX)
		return NULL;
	if (most == 0 || most == UINT64_MAX)
		return text_format("%.0fbps", bits(number));
	return text_format("%.0fbps/%.0fbps", bits(number), bits(most));
}

static char *print_app_limited(const struct socket_facts *facts, uint64_t number)
{
	(void)number;
	return flag_if(tcp_facts_app_limited(&facts->tcp));
}

static char *print_busy(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return number == 0 ? NULL : text_format("%llums", (unsigned long long)number / 1000);
}

/* A part of the time that it was busy. */
static char *print_limited(const struct socket_facts *facts, uint64_t number)
{
	if (number == 0 || facts->tcp.busy_time == 0)
		return NULL;
	return text_format("%llums(%.1f%%)", (unsigned long long)number / 1000,
			   100.0 * (double)number / (double)facts->tcp.busy_time);
}

static char *print_retrans(const struct socket_facts *facts, uint64_t number)
{
	if (number == 0 && facts->tcp.retrans == 0)
		return NULL;
	return text_format("%u/%u", facts->tcp.retrans, (unsigned)number);
}

/* Of listeners the kernel uses the field for the backlog. */
static char *print_sacked(const struct socket_facts *facts, uint64_t number)
{
	return facts->state == STATE_LISTEN ? NULL : print_count(facts, number);
}

/* 3 segments is where every connection begins. */
static char *print_reordering(const struct socket_facts *facts, uint64_t number)
{
	(void)facts;
	return number == 3 ? NULL : text_format("%u", (unsigned)number);
}

static char *print_bbr(const struct socket_facts *facts)
{
	struct tcp_bbr_info bbr;
	struct text text;
	uint64_t rate;

	memcpy(&bbr, facts->congestion_info, sizeof(bbr));
	rate = (uint64_t)bbr.bbr_bw_hi << 32 | bbr.bbr_bw_lo;
	text_init(&text);
	text_addf(&text, "(bw:%.0fbps,mrtt:%g", bits(rate), thousandth(bbr.bbr_min_rtt));
	/* Gains are fractions of 256. */
	if (bbr.bbr_pacing_gain != 0)
		text_addf(&text, ",pacing_gain:%g", (double)bbr.bbr_pacing_gain / 256);
	if (bbr.bbr_cwnd_gain != 0)
		text_addf(&text, ",cwnd_gain:%g", (double)bbr.bbr_cwnd_gain / 256);
	text_add(&text, ")");
	return text.data;
}

static char *print_dctcp(const struct socket_facts *facts)
{
	struct tcp_dctcp_info dctcp;

	memcpy(&dctcp, facts->congestion_info, sizeof(dctcp));
	if (dctcp.dctcp_enabled == 0)
		return xstrdup("fallback_mode");
	return text_format("(ce_state:%u,alpha:%u,ab_ecn:%u,ab_tot:%u)", dctcp.dctcp_ce_state, dctcp.dctcp_alpha,
			   dctcp.dctcp_ab_ecn, dctcp.dctcp_ab_tot);
}

static char *print_dctcp_row(const struct socket_facts *facts, uint64_t number)
{
	(void)number;
	return facts->congestion_kind == CONGESTION_DCTCP ? print_dctcp(facts) : NULL;
}

static char *print_bbr_row(const struct socket_facts *facts, uint64_t number)
{
	(void)number;
	return facts->congestion_kind == CONGESTION_BBR ? print_bbr(facts) : NULL;
}

#define NEEDS(field) offsetof(struct tcp_facts, field), sizeof(((struct tcp_facts *)NULL)->field)

/* In ss's order. A row that is computed from several fields needs the one that the kernel writes last. */
static const struct field tcp_fields[] = {
	{ "ts", JOIN_FLAG, NEEDS(options), print_timestamps },
	{ "usec_ts", JOIN_FLAG, NEEDS(options), print_usec_ts },
	{ "sack", JOIN_FLAG, NEEDS(options), print_sack },
	{ "ecn", JOIN_FLAG, NEEDS(options), print_ecn },
	{ "ecnseen", JOIN_FLAG, NEEDS(options), print_ecn_seen },
	{ "fastopen", JOIN_FLAG, NEEDS(options), print_fastopen },
	{ "congestion", JOIN_VALUE, NEEDS(state), print_congestion },
	{ "wscale", JOIN_COLON, NEEDS(wscales), print_wscale },
	{ "rto", JOIN_COLON, NEEDS(rto), print_rto },
	{ "backoff", JOIN_COLON, NEEDS(backoff), print_count },
	{ "rtt", JOIN_COLON, NEEDS(rtt), print_rtt },
	{ "ato", JOIN_COLON, NEEDS(ato), print_time },
	{ "mss", JOIN_COLON, NEEDS(snd_mss), print_count },
	{ "pmtu", JOIN_COLON, NEEDS(pmtu), print_count },
	{ "rcvmss", JOIN_COLON, NEEDS(rcv_mss), print_count },
	{ "advmss", JOIN_COLON, NEEDS(advmss), print_count },
	{ "cwnd", JOIN_COLON, NEEDS(snd_cwnd), print_count },
	{ "ssthresh", JOIN_COLON, NEEDS(snd_ssthresh), print_ssthresh },
	{ "bytes_sent", JOIN_COLON, NEEDS(bytes_sent), print_count },
	{ "bytes_retrans", JOIN_COLON, NEEDS(bytes_retrans), print_count },
	{ "bytes_acked", JOIN_COLON, NEEDS(bytes_acked), print_count },
	{ "bytes_received", JOIN_COLON, NEEDS(bytes_received), print_count },
	{ "segs_out", JOIN_COLON, NEEDS(segs_out), print_count },
	{ "segs_in", JOIN_COLON, NEEDS(segs_in), print_count },
	{ "data_segs_out", JOIN_COLON, NEEDS(data_segs_out), print_count },
	{ "data_segs_in", JOIN_COLON, NEEDS(data_segs_in), print_count },
	{ "dctcp", JOIN_COLON, NEEDS(state), print_dctcp_row },
	{ "bbr", JOIN_COLON, NEEDS(state), print_bbr_row },
	{ "send", JOIN_SPACE, NEEDS(snd_cwnd), print_send },
	{ "lastsnd", JOIN_COLON, NEEDS(last_data_sent), print_count },
	{ "lastrcv", JOIN_COLON, NEEDS(last_data_recv), print_count },
	{ "lastack", JOIN_COLON, NEEDS(last_ack_recv), print_count },
	{ "pacing_rate", JOIN_SPACE, NEEDS(pacing_rate), print_pacing },
	{ "delivery_rate", JOIN_SPACE, NEEDS(delivery_rate), print_rate },
	{ "delivered", JOIN_COLON, NEEDS(delivered), print_count },
	{ "delivered_ce", JOIN_COLON, NEEDS(delivered_ce), print_count },
	{ "app_limited", JOIN_FLAG, NEEDS(limited), print_app_limited },
	{ "busy", JOIN_COLON, NEEDS(busy_time), print_busy },
	{ "rwnd_limited", JOIN_COLON, NEEDS(rwnd_limited), print_limited },
	{ "sndbuf_limited", JOIN_COLON, NEEDS(sndbuf_limited), print_limited },
	{ "unacked", JOIN_COLON, NEEDS(unacked), print_count },
	{ "retrans", JOIN_COLON, NEEDS(total_retrans), print_retrans },
	{ "lost", JOIN_COLON, NEEDS(lost), print_count },
	{ "sacked", JOIN_COLON, NEEDS(sacked), print_sacked },
	{ "dsack_dups", JOIN_COLON, NEEDS(dsack_dups), print_count },
	{ "fackets", JOIN_COLON, NEEDS(fackets), print_count },
	{ "reordering", JOIN_COLON, NEEDS(reordering), print_reordering },
	{ "reord_seen", JOIN_COLON, NEEDS(reord_seen), print_count },
	{ "rcv_rtt", JOIN_COLON, NEEDS(rcv_rtt), print_time },
	{ "rcv_space", JOIN_COLON, NEEDS(rcv_space), print_count },
	{ "rcv_ssthresh", JOIN_COLON, NEEDS(rcv_ssthresh), print_count },
	{ "notsent", JOIN_COLON, NEEDS(notsent_bytes), print_count },
	{ "minrtt", JOIN_COLON, NEEDS(min_rtt), print_min_rtt },
	{ "rcv_ooopack", JOIN_COLON, NEEDS(rcv_ooopack), print_count },
	{ "snd_wnd", JOIN_COLON, NEEDS(snd_wnd), print_count },
	{ "rcv_wnd", JOIN_COLON, NEEDS(rcv_wnd), print_count },
	{ "rehash", JOIN_COLON, NEEDS(rehash), print_count },
	/* What follows ss does not show yet; named as struct tcp_info has it. */
	{ "total_rto", JOIN_COLON, NEEDS(total_rto), print_count },
	{ "total_rto_recoveries", JOIN_COLON, NEEDS(total_rto_recoveries), print_count },
	{ "total_rto_time", JOIN_COLON, NEEDS(total_rto_time), print_count },
};

static uint64_t field_number(const struct tcp_facts *tcp, const struct field *field)
{
	const unsigned char *bytes = (const unsigned char *)tcp + field->offset;
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	switch (field->size) {
	case sizeof(eight):
		memcpy(&eight, bytes, sizeof(eight));
		return eight;
	case sizeof(four):
		memcpy(&four, bytes, sizeof(four));
		return four;
	case sizeof(two):
		memcpy(&two, bytes, sizeof(two));
		return two;
	default:
		return *bytes;
	}
}

static void add_tcp(struct info *info, const struct socket_facts *facts)
{
	for (size_t i = 0; i < COUNT_OF(tcp_fields); i++) {
		const struct field *field = &tcp_fields[i];
		char *value;

		if (facts->tcp_len < field->offset + field->size)
			continue;
		value = field->print(facts, field_number(&facts->tcp, field));
		if (value != NULL)
			add_row(info, field->name, field->join, value);
	}
}

/* Everything else */

static char *address_text(const struct address *address)
{
	struct text text;

	text_init(&text);
	address_print(&text, address);
	return text.data;
}

static void add_columns(struct info *info, const struct socket_facts *facts)
{
	struct text state;

	text_init(&state);
	if (facts->protocol == IPPROTO_TCP)
		constant_print(&state, GROUP_STATE, facts->state);
	else
		text_add(&state, facts_state_name(facts));
	add_row(info, "state", JOIN_COLON, state.data);
	ADD(info, "recv-q", "%u", facts->recvq);
	ADD(info, "send-q", "%u", facts->sendq);
	add_row(info, "local", JOIN_COLON, address_text(&facts->local));
	if (facts->peer.len != 0)
		add_row(info, "peer", JOIN_COLON, address_text(&facts->peer));
}

static void add_timer(struct info *info, const struct socket_facts *facts)
{
	struct text text;

	if (facts->timer == TIMER_NONE)
		return;
	text_init(&text);
	text_addf(&text, "(%s,", facts_timer_name(facts->timer));
	info_print_timer(&text, facts->timer_left);
	text_addf(&text, ",%u)", facts->retransmits);
	add_row(info, "timer", JOIN_COLON, text.data);
}

static void add_identity(struct info *info, const struct socket_facts *facts)
{
	if (facts->uid != 0)
		ADD(info, "uid", "%u", facts->uid);
	ADD(info, "ino", "%u", facts->inode);
	if (facts->cookie != 0)
		ADD(info, "sk", "%llx", (unsigned long long)facts->cookie);
	if (facts->interface != 0)
		ADD(info, "dev", "%u", facts->interface);
	if (facts->has_cgroup && facts->cgroup != 0)
		ADD(info, "cgroup", "%llx", (unsigned long long)facts->cgroup);
	if (facts->has_mark && facts->mark != 0)
		ADD(info, "fwmark", "0x%x", facts->mark);
}

static void add_options(struct info *info, const struct socket_facts *facts)
{
	if (facts->has_v6only)
		ADD(info, "v6only", "%u", facts->v6only);
	if (facts->has_shutdown)
		add_row(info, "shutdown", JOIN_VALUE,
			text_format("%c-%c", (facts->shutdown & 1) != 0 ? '-' : '<',
				    (facts->shutdown & 2) != 0 ? '-' : '>'));
	if (facts->has_tos)
		ADD(info, "tos", "%#x", facts->tos);
	if (facts->has_tclass)
		ADD(info, "tclass", "%#x", facts->tclass);
	if (facts->has_class_id)
		ADD(info, "class_id", "%#x", facts->class_id);
	if (facts->upper_layer[0] != '\0')
		ADD(info, "tcp-ulp", "%s", facts->upper_layer);
}

static void add_unix(struct info *info, const struct socket_facts *facts)
{
	if (facts->has_peer_inode)
		ADD(info, "peer-ino", "%u", facts->peer_inode);
	if (facts->has_pending)
		ADD(info, "pending", "%u", facts->pending);
	/* The kernel's own number for a device: 12 bits of major, 20 of minor. */
	if (facts->has_vfs)
		ADD(info, "vfs", "%u,%u:%u", facts->vfs_inode, facts->vfs_device >> 20, facts->vfs_device & 0xfffff);
}

/* ss's letters, in the order of enum socket_memory. */
static const char *const memory_letters[MEMORY_COUNT] = { "r", "rb", "t", "tb", "f", "w", "o", "bl", "d" };

static void add_memory(struct info *info, const struct socket_facts *facts)
{
	struct text text;

	if (facts->memory_count == 0)
		return;
	text_init(&text);
	for (unsigned i = 0; i < facts->memory_count; i++)
		text_addf(&text, "%s%s%u", i == 0 ? "(" : ",", memory_letters[i], facts->memory[i]);
	text_add(&text, ")");
	add_row(info, "skmem", JOIN_COLON, text.data);
}

void info_of_facts(struct info *info, const struct socket_facts *facts)
{
	add_columns(info, facts);
	add_timer(info, facts);
	add_identity(info, facts);
	add_options(info, facts);
	add_unix(info, facts);
	add_memory(info, facts);
	add_tcp(info, facts);
}
