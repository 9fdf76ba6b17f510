/*
 * struct tcp_info as the kernel writes it (include/uapi/linux/tcp.h, Linux 6.18), whatever headers this was compiled
 * with: an older kernel answers with a shorter one, a newer one with a longer one, of which we know the beginning. What
 * the answer did not reach is unknown, not zero: ask TCP_FACTS_HAS. Owns nothing.
 */
#ifndef SOCKSTEP_OBSERVE_TCP_FACTS_H
#define SOCKSTEP_OBSERVE_TCP_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tcp_facts_option {
	TCP_FACTS_TIMESTAMPS = 1, /* RFC 7323 */
	TCP_FACTS_SACK = 2,       /* RFC 2018 */
	TCP_FACTS_WSCALE = 4,     /* RFC 7323 */
	TCP_FACTS_ECN = 8,        /* RFC 3168: agreed on */
	TCP_FACTS_ECN_SEEN = 16,  /* at least one packet came marked */
	TCP_FACTS_SYN_DATA = 32,  /* data in the SYN was acknowledged (RFC 7413) */
	TCP_FACTS_USEC_TS = 64,   /* timestamps in microseconds, from Linux 6.7 */
};

struct tcp_facts {
	uint8_t state; /* enum in call/constants.h */
	uint8_t ca_state;
	uint8_t retransmits;
	uint8_t probes;
	uint8_t backoff;
	uint8_t options;  /* enum tcp_facts_option */
	uint8_t wscales;  /* two bit-fields of four, whose order goes by the machine: tcp_facts_wscale_* */
	uint8_t limited;  /* bit-fields: tcp_facts_app_limited */
	uint32_t rto;     /* microseconds, as ato, rtt, rttvar, rcv_rtt, min_rtt */
	uint32_t ato;
	uint32_t snd_mss; /* bytes */
	uint32_t rcv_mss;
	uint32_t unacked; /* segments, as sacked, lost, retrans, fackets; of a listener: queue and backlog (sacked) */
	uint32_t sacked;
	uint32_t lost;
	uint32_t retrans;
	uint32_t fackets;
	uint32_t last_data_sent; /* milliseconds ago, as the next three */
	uint32_t last_ack_sent;
	uint32_t last_data_recv;
	uint32_t last_ack_recv;
	uint32_t pmtu;
	uint32_t rcv_ssthresh;
	uint32_t rtt;
	uint32_t rttvar;
	uint32_t snd_ssthresh; /* segments; 0x7fffffff: none yet */
	uint32_t snd_cwnd;     /* segments */
	uint32_t advmss;
	uint32_t reordering;
	uint32_t rcv_rtt;
	uint32_t rcv_space;
	uint32_t total_retrans;
	uint64_t pacing_rate; /* bytes a second, as the other rates; all ones: none */
	uint64_t max_pacing_rate;
	uint64_t bytes_acked; /* the SYN and the FIN count one each */
	uint64_t bytes_received;
	uint32_t segs_out;
	uint32_t segs_in;
	uint32_t notsent_bytes;
	uint32_t min_rtt; /* all ones: none yet */
	uint32_t data_segs_in;
	uint32_t data_segs_out;
	uint64_t delivery_rate;
	uint64_t busy_time; /* microseconds, as the next two */
	uint64_t rwnd_limited;
	uint64_t sndbuf_limited;
	uint32_t delivered;
	uint32_t delivered_ce;
	uint64_t bytes_sent;
	uint64_t bytes_retrans;
	uint32_t dsack_dups;
	uint32_t reord_seen;
	uint32_t rcv_ooopack;
	uint32_t snd_wnd; /* bytes, scaled; from Linux 5.4 */
	uint32_t rcv_wnd; /* from Linux 6.2, as rehash */
	uint32_t rehash;
	uint16_t total_rto; /* from Linux 6.7, as the next two */
	uint16_t total_rto_recoveries;
	uint32_t total_rto_time; /* milliseconds */
	uint32_t received_ce;    /* from Linux 6.18, as those that follow (RFC 9768) */
	uint32_t delivered_e1_bytes;
	uint32_t delivered_e0_bytes;
	uint32_t delivered_ce_bytes;
	uint32_t received_e1_bytes;
	uint32_t received_e0_bytes;
	uint32_t received_ce_bytes;
	uint32_t accecn; /* its layout changed between releases: not shown */
};

/* Did an answer of `len` bytes reach this field? */
#define TCP_FACTS_HAS(field, len) \
	((len) >= offsetof(struct tcp_facts, field) + sizeof(((struct tcp_facts *)NULL)->field))

unsigned tcp_facts_wscale_sent(const struct tcp_facts *tcp);     /* the shift of what we may send, 0 to 14 */
unsigned tcp_facts_wscale_received(const struct tcp_facts *tcp); /* the shift of what we announce */
bool tcp_facts_app_limited(const struct tcp_facts *tcp);         /* the last rate sample waited for the program */

#endif
