/*
 * The options of TCP: one table of all registered kinds (IANA, "TCP Option Kind Numbers"), by which they are read,
 * shown and written.
 */
#ifndef SOCKSTEP_PACKET_TCP_OPTIONS_H
#define SOCKSTEP_PACKET_TCP_OPTIONS_H

#include "base/text.h"
#include "packet/packet.h"

enum {
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	TCP_OPTION_WINDOW_SCALE = 3,
	TCP_OPTION_SACK_PERMITTED = 4,
	TCP_OPTION_SACK = 5,
	TCP_OPTION_TIMESTAMPS = 8,
	TCP_OPTION_MD5 = 19,
	TCP_OPTION_USER_TIMEOUT = 28,
	TCP_OPTION_AUTHENTICATION = 29,
	TCP_OPTION_MPTCP = 30,
	TCP_OPTION_FAST_OPEN = 34,
};

enum { TCP_OPTION_BYTES_MOST = 40 };

/* Options in the form in which a header carries them. */
struct tcp_option_bytes {
	uint8_t bytes[TCP_OPTION_BYTES_MOST];
	uint8_t len;
};

/*
 * Fills the lists of `tcp` from the `header_len` bytes (20 to 60) at `header`. Stops after end-of-options and at an
 * option whose length cannot be followed; one whose length is merely wrong for its kind is listed as malformed and
 * passed over. Returns what was wrong first, its `at` counted from the start of the header.
 */
struct packet_fault tcp_options_read(struct packet_tcp *tcp, const uint8_t *header, uint8_t header_len);
/* "Maximum segment size"; "Unknown option" for what is not registered. */
const char *tcp_option_title(uint8_t kind);
/* The kind with that short name ("mss"), or -1. */
int tcp_option_kind(const char *name);
/* The value alone ("1460"; nothing for those that have none). Edges of SACK blocks are shown less `sack_base`. */
void tcp_option_show(struct text *out, const struct packet_tcp *tcp, const struct tcp_option *option,
	uint32_t sack_base);
/*
 * All of them, separated by spaces, but for NOP and end: "mss=1460 sackOK wscale=7 ts=5/0 sack=1001-2001,3001-4001".
 * One of a kind without a registered name is "kind=200", a malformed one "mss=malformed".
 */
void tcp_options_describe(struct text *out, const struct packet_tcp *tcp, uint32_t sack_base);
/*
 * The other direction, for segments of one's own making: words separated by spaces, of mss=N wscale=N sackOK
 * sack=A-B,C-D ts=N/N uto=Ns uto=Nmin nop eol, and KIND:HEX for any kind ("19:00ff…": the bytes after the length,
 * which is computed). Pads to a multiple of four with end-of-options. False with a sentence in `problem`.
 */
bool tcp_options_parse(struct tcp_option_bytes *bytes, const char *words, struct text *problem);

#endif
