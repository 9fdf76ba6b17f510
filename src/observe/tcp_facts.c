#include "observe/tcp_facts.h"

_Static_assert(sizeof(struct tcp_facts) == 280, "struct tcp_info of Linux 6.18 has 280 bytes");
_Static_assert(offsetof(struct tcp_facts, snd_wnd) == 228, "struct tcp_info of Linux 5.4 has 232 bytes");

/* C leaves the order of bit-fields open; Linux's ABIs go by the order of bytes. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { WSCALE_SENT_SHIFT = 0, WSCALE_RECEIVED_SHIFT = 4, APP_LIMITED_BIT = 0x01 };
#else
enum { WSCALE_SENT_SHIFT = 4, WSCALE_RECEIVED_SHIFT = 0, APP_LIMITED_BIT = 0x80 };
#endif

unsigned tcp_facts_wscale_sent(const struct tcp_facts *tcp)
{
	return (tcp->wscales >> WSCALE_SENT_SHIFT) & 0xf;
}

unsigned tcp_facts_wscale_received(const struct tcp_facts *tcp)
{
	return (tcp->wscales >> WSCALE_RECEIVED_SHIFT) & 0xf;
}

bool tcp_facts_app_limited(const struct tcp_facts *tcp)
{
	return (tcp->limited & APP_LIMITED_BIT) != 0;
}
