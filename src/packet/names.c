#include "packet/names.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

struct number_name {
	uint16_t number;
	const char *name;
};

/* IANA, "Assigned Internet Protocol Numbers": those one may meet. */
static const struct number_name protocols[] = {
	{ 0, "hop-by-hop options" },
	{ 1, "ICMP" },
	{ 2, "IGMP" },
	{ 4, "IPv4" },
	{ 6, "TCP" },
	{ 8, "EGP" },
	{ 17, "UDP" },
	{ 27, "RDP" },
	{ 33, "DCCP" },
	{ 41, "IPv6" },
	{ 43, "routing" },
	{ 44, "fragment" },
	{ 46, "RSVP" },
	{ 47, "GRE" },
	{ 50, "ESP" },
	{ 51, "AH" },
	{ 58, "ICMPv6" },
	{ 59, "no next header" },
	{ 60, "destination options" },
	{ 88, "EIGRP" },
	{ 89, "OSPF" },
	{ 94, "IPIP" },
	{ 103, "PIM" },
	{ 108, "IPComp" },
	{ 112, "VRRP" },
	{ 115, "L2TP" },
	{ 132, "SCTP" },
	{ 135, "mobility" },
	{ 136, "UDP-Lite" },
	{ 137, "MPLS-in-IP" },
	{ 139, "HIP" },
	{ 140, "Shim6" },
	{ 143, "Ethernet" },
	{ 253, "experiment 1" },
	{ 254, "experiment 2" },
	{ 255, "raw" },
};

/* IANA, "IP Option Numbers". */
static const struct number_name ip_options[] = {
	{ 0, "End of options" },
	{ 1, "No operation" },
	{ 7, "Record route" },
	{ 25, "Quick-start" },
	{ 68, "Timestamp" },
	{ 82, "Traceroute" },
	{ 130, "Security" },
	{ 131, "Loose source route" },
	{ 133, "Extended security" },
	{ 134, "Commercial security" },
	{ 136, "Stream identifier" },
	{ 137, "Strict source route" },
	{ 148, "Router alert" },
};

enum { ANY_CODE = -1 };

/* The row for ANY_CODE names the type; rows with a code come before it. */
struct icmp_row {
	uint8_t version, type;
	int16_t code;
	enum icmp_body body;
	const char *name;
};

/* RFC 792, 950, 1122, 1191, 1256, 1812, 4443, 4861, 3810 and the IANA registries. */
static const struct icmp_row icmp_rows[] = {
	{ 4, 0, ANY_CODE, ICMP_BODY_ECHO, "echo reply" },
	{ 4, 3, 0, ICMP_BODY_ERROR, "network unreachable" },
	{ 4, 3, 1, ICMP_BODY_ERROR, "host unreachable" },
	{ 4, 3, 2, ICMP_BODY_ERROR, "protocol unreachable" },
	{ 4, 3, 3, ICMP_BODY_ERROR, "port unreachable" },
	{ 4, 3, 4, ICMP_BODY_MTU, "fragmentation needed" },
	{ 4, 3, 5, ICMP_BODY_ERROR, "source route failed" },
	{ 4, 3, 6, ICMP_BODY_ERROR, "network unknown" },
	{ 4, 3, 7, ICMP_BODY_ERROR, "host unknown" },
	{ 4, 3, 8, ICMP_BODY_ERROR, "source host isolated" },
	{ 4, 3, 9, ICMP_BODY_ERROR, "network administratively prohibited" },
	{ 4, 3, 10, ICMP_BODY_ERROR, "host administratively prohibited" },
	{ 4, 3, 11, ICMP_BODY_ERROR, "network unreachable for this type of service" },
	{ 4, 3, 12, ICMP_BODY_ERROR, "host unreachable for this type of service" },
	{ 4, 3, 13, ICMP_BODY_ERROR, "communication administratively prohibited" },
	{ 4, 3, 14, ICMP_BODY_ERROR, "host precedence violation" },
	{ 4, 3, 15, ICMP_BODY_ERROR, "precedence cutoff in effect" },
	{ 4, 3, ANY_CODE, ICMP_BODY_ERROR, "destination unreachable" },
	{ 4, 4, ANY_CODE, ICMP_BODY_ERROR, "source quench" },
	{ 4, 5, 0, ICMP_BODY_REDIRECT, "redirect for network" },
	{ 4, 5, 1, ICMP_BODY_REDIRECT, "redirect for host" },
	{ 4, 5, ANY_CODE, ICMP_BODY_REDIRECT, "redirect" },
	{ 4, 8, ANY_CODE, ICMP_BODY_ECHO, "echo request" },
	{ 4, 9, ANY_CODE, ICMP_BODY_PLAIN, "router advertisement" },
	{ 4, 10, ANY_CODE, ICMP_BODY_PLAIN, "router solicitation" },
	{ 4, 11, 0, ICMP_BODY_ERROR, "time to live exceeded in transit" },
	{ 4, 11, 1, ICMP_BODY_ERROR, "fragment reassembly time exceeded" },
	{ 4, 11, ANY_CODE, ICMP_BODY_ERROR, "time exceeded" },
	{ 4, 12, ANY_CODE, ICMP_BODY_POINTER, "parameter problem" },
	{ 4, 13, ANY_CODE, ICMP_BODY_ECHO, "timestamp request" },
	{ 4, 14, ANY_CODE, ICMP_BODY_ECHO, "timestamp reply" },
	{ 4, 17, ANY_CODE, ICMP_BODY_ECHO, "address mask request" },
	{ 4, 18, ANY_CODE, ICMP_BODY_ECHO, "address mask reply" },
	{ 4, 42, ANY_CODE, ICMP_BODY_ECHO, "extended echo request" },
	{ 4, 43, ANY_CODE, ICMP_BODY_ECHO, "extended echo reply" },
	{ 6, 1, 0, ICMP_BODY_ERROR, "no route to destination" },
	{ 6, 1, 1, ICMP_BODY_ERROR, "administratively prohibited" },
	{ 6, 1, 2, ICMP_BODY_ERROR, "beyond scope of source address" },
	{ 6, 1, 3, ICMP_BODY_ERROR, "address unreachable" },
	{ 6, 1, 4, ICMP_BODY_ERROR, "port unreachable" },
	{ 6, 1, 5, ICMP_BODY_ERROR, "source address failed ingress or egress policy" },
	{ 6, 1, 6, ICMP_BODY_ERROR, "route to destination rejected" },
	{ 6, 1, 7, ICMP_BODY_ERROR, "error in source routing header" },
	{ 6, 1, ANY_CODE, ICMP_BODY_ERROR, "destination unreachable" },
	{ 6, 2, ANY_CODE, ICMP_BODY_MTU, "packet too big" },
	{ 6, 3, 0, ICMP_BODY_ERROR, "hop limit exceeded in transit" },
	{ 6, 3, 1, ICMP_BODY_ERROR, "fragment reassembly time exceeded" },
	{ 6, 3, ANY_CODE, ICMP_BODY_ERROR, "time exceeded" },
	{ 6, 4, 0, ICMP_BODY_POINTER, "erroneous header field" },
	{ 6, 4, 1, ICMP_BODY_POINTER, "unrecognized next header" },
	{ 6, 4, 2, ICMP_BODY_POINTER, "unrecognized IPv6 option" },
	{ 6, 4, ANY_CODE, ICMP_BODY_POINTER, "parameter problem" },
	{ 6, 128, ANY_CODE, ICMP_BODY_ECHO, "echo request" },
	{ 6, 129, ANY_CODE, ICMP_BODY_ECHO, "echo reply" },
	{ 6, 130, ANY_CODE, ICMP_BODY_TARGET, "multicast listener query" },
	{ 6, 131, ANY_CODE, ICMP_BODY_TARGET, "multicast listener report" },
	{ 6, 132, ANY_CODE, ICMP_BODY_TARGET, "multicast listener done" },
	{ 6, 133, ANY_CODE, ICMP_BODY_PLAIN, "router solicitation" },
	{ 6, 134, ANY_CODE, ICMP_BODY_PLAIN, "router advertisement" },
	{ 6, 135, ANY_CODE, ICMP_BODY_TARGET, "neighbour solicitation" },
	{ 6, 136, ANY_CODE, ICMP_BODY_TARGET, "neighbour advertisement" },
	{ 6, 137, ANY_CODE, ICMP_BODY_TARGET, "redirect" },
	{ 6, 143, ANY_CODE, ICMP_BODY_PLAIN, "multicast listener report, version 2" },
	{ 6, 160, ANY_CODE, ICMP_BODY_ECHO, "extended echo request" },
	{ 6, 161, ANY_CODE, ICMP_BODY_ECHO, "extended echo reply" },
};

/* In the order in which they are printed. */
static const struct number_name flags_in_order[] = {
	{ FLAG_SYN, "SYN" },
	{ FLAG_FIN, "FIN" },
	{ FLAG_RST, "RST" },
	{ FLAG_PSH, "PSH" },
	{ FLAG_ACK, "ACK" },
	{ FLAG_URG, "URG" },
	{ FLAG_ECE, "ECE" },
	{ FLAG_CWR, "CWR" },
	{ FLAG_AE, "AE" },
};

static const char *find_name(const struct number_name *table, size_t count, uint16_t number)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].number == number)
			return table[i].name;
	}
	return NULL;
}

const char *protocol_name(uint8_t protocol)
{
	return find_name(protocols, COUNT_OF(protocols), protocol);
}

const char *ip_option_name(uint8_t kind)
{
	return find_name(ip_options, COUNT_OF(ip_options), kind);
}

static const struct icmp_row *find_icmp(uint8_t version, uint8_t type, int code)
{
	for (size_t i = 0; i < COUNT_OF(icmp_rows); i++) {
		const struct icmp_row *row = &icmp_rows[i];

		if (row->version == version && row->type == type && (row->code == code || row->code == ANY_CODE))
			return row;
	}
	return NULL;
}

const char *icmp_name(uint8_t version, uint8_t type, uint8_t code)
{
	const struct icmp_row *row = find_icmp(version, type, code);

	return row != NULL ? row->name : NULL;
}

const char *icmp_type_name(uint8_t version, uint8_t type)
{
	const struct icmp_row *row = find_icmp(version, type, ANY_CODE);

	return row != NULL ? row->name : NULL;
}

enum icmp_body icmp_body(uint8_t version, uint8_t type, uint8_t code)
{
	const struct icmp_row *row = find_icmp(version, type, code);

	return row != NULL ? row->body : ICMP_BODY_PLAIN;
}

/* ICMPv6 keeps the types below 128 for errors (RFC 4443 2.1), known or not. */
bool icmp_is_error(uint8_t version, uint8_t type)
{
	if (version == 6)
		return type < 128;
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

void flags_describe(struct text *out, uint16_t flags)
{
	const char *separator = "";

	for (size_t i = 0; i < COUNT_OF(flags_in_order); i++) {
		if ((flags & flags_in_order[i].number) == 0)
			continue;
		text_addf(out, "%s%s", separator, flags_in_order[i].name);
		separator = ",";
	}
}

static uint16_t flag_number(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(flags_in_order); i++) {
		const char *known = flags_in_order[i].name;

		if (strlen(known) == len && strncasecmp(known, name, len) == 0)
			return flags_in_order[i].number;
	}
	return 0;
}

bool flags_parse(uint16_t *flags, const char *names)
{
	*flags = 0;
	if (names[0] == '\0' || strcasecmp(names, "none") == 0)
		return true;
	for (;;) {
		size_t len = strcspn(names, ",");
		uint16_t flag = flag_number(names, len);

		if (flag == 0)
			return false;
		*flags |= flag;
		if (names[len] == '\0')
			return true;
		names += len + 1;
	}
}

void addr_describe(struct text *out, uint8_t version, const struct packet_addr *addr)
{
	char name[INET6_ADDRSTRLEN];

	text_add(out, inet_ntop(version == 4 ? AF_INET : AF_INET6, addr->bytes, name, sizeof(name)));
}

const char *checksum_name(enum checksum_state state)
{
	switch (state) {
	case CHECKSUM_UNKNOWN:
		return "not known";
	case CHECKSUM_OK:
		return "ok";
	case CHECKSUM_BAD:
		return "bad";
	case CHECKSUM_NOT_FILLED:
		return "not filled";
	case CHECKSUM_ABSENT:
		return "none";
	}
	return "not known";
}
