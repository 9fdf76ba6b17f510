#include "call/short_form.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "call/call.h"

static const struct short_form short_forms[] = {
	{ "tcp", AF_INET, SOCK_STREAM, 0 },
	{ "udp", AF_INET, SOCK_DGRAM, 0 },
	{ "tcp6", AF_INET6, SOCK_STREAM, 0 },
	{ "udp6", AF_INET6, SOCK_DGRAM, 0 },
	{ "raw", AF_INET, SOCK_RAW, IPPROTO_ICMP },
	{ "raw6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
	{ "unix", AF_UNIX, SOCK_STREAM, 0 },
	{ "unix-dgram", AF_UNIX, SOCK_DGRAM, 0 },
	{ "unix-seqpacket", AF_UNIX, SOCK_SEQPACKET, 0 },
};

const struct short_form *short_form_at(size_t index)
{
	return index < COUNT_OF(short_forms) ? &short_forms[index] : NULL;
}

const char *call_short_form(size_t index)
{
	return index < COUNT_OF(short_forms) ? short_forms[index].name : NULL;
}
