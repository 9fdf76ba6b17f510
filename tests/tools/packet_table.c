/*
 * For the script that compares our decoder with tshark: writes packets to FILE as a pcap file of raw IP and prints
 * what we decode, a line each, in the form in which `tshark -T fields` prints it.
 *
 *	packet_table samples FILE    the reference packets: addresses, ports, flags, numbers, lengths, checksums
 *	packet_table talks FILE      the conversations: relative numbers, scaled window, names of the analysis
 *	packet_table random FILE FIRST COUNT    the same for as many conversations that chance makes, from seed FIRST on
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/packet_samples.h"
#include "../unit/track_talks.h"
#include "base/mem.h"
#include "packet/bytes.h"
#include "packet/decode.h"
#include "packet/names.h"
#include "packet/tcp_options.h"
#include "packet/track.h"
#include "random_talk.h"

enum { ROOM = 2048, FIRST_PORT = 10000, LINKTYPE_RAW = 101 };

static void write32(FILE *file, uint32_t value)
{
	uint8_t bytes[4];

	put32(bytes, value);
	fwrite(bytes, 1, 4, file);
}

/* The nanosecond form of the file, in network byte order. */
static void write_header(FILE *file)
{
	write32(file, 0xa1b23c4d);
	write32(file, 2 << 16 | 4);
	write32(file, 0);
	write32(file, 0);
	write32(file, 65535);
	write32(file, LINKTYPE_RAW);
}

static void write_packet(FILE *file, uint64_t time, const uint8_t *bytes, size_t len)
{
	write32(file, (uint32_t)(time / 1000000000));
	write32(file, (uint32_t)(time % 1000000000));
	write32(file, (uint32_t)len);
	write32(file, (uint32_t)len);
	fwrite(bytes, 1, len, file);
}

/* tshark: 0 bad, 1 good, 2 unverified, 3 not present; it has no word for "not filled", which is bad to it. */
static int checksum_number(enum checksum_state state)
{
	switch (state) {
	case CHECKSUM_UNKNOWN:
		return 2;
	case CHECKSUM_OK:
		return 1;
	case CHECKSUM_BAD:
	case CHECKSUM_NOT_FILLED:
		return 0;
	case CHECKSUM_ABSENT:
		return 3;
	}
	return -1;
}

/* The twelve bits as they stand beside the header length. */
static unsigned flag_bits(const struct packet_tcp *tcp)
{
	return (unsigned)tcp->reserved << 9 | tcp->flags;
}

/* Source and time to live, in the columns of IPv4 or in those of IPv6. */
static void print_ip(const struct packet_ip *ip)
{
	struct text text;

	text_init(&text);
	addr_describe(&text, ip->version, &ip->src);
	if (ip->version == 4)
		printf("|%s||%u|", text.data, ip->ttl);
	else
		printf("||%s||%u", text.data, ip->ttl);
	text_release(&text);
}

static const struct tcp_option *find_option(const struct packet_tcp *tcp, uint8_t kind)
{
	for (unsigned i = 0; i < tcp->option_count; i++) {
		if (tcp->options[i].kind == kind && !tcp->options[i].is_malformed)
			return &tcp->options[i];
	}
	return NULL;
}

static void print_options(const struct packet_tcp *tcp)
{
	const struct tcp_option *mss = find_option(tcp, TCP_OPTION_MSS);
	const struct tcp_option *scale = find_option(tcp, TCP_OPTION_WINDOW_SCALE);
	const struct tcp_option *times = find_option(tcp, TCP_OPTION_TIMESTAMPS);

	printf("|");
	if (mss != NULL)
		printf("%u", mss->mss);
	printf("|");
	if (scale != NULL)
		printf("%u", scale->window_shift);
	if (times != NULL)
		printf("|%u|%u", times->timestamps.value, times->timestamps.echo);
	else
		printf("||");
	if (tcp->sack_count > 0)
		printf("|%u|%u", tcp->sack_blocks[0].left, tcp->sack_blocks[0].right);
	else
		printf("||");
}

static void print_tcp(const struct packet *packet)
{
	const struct packet_tcp *tcp = &packet->tcp;

	printf("|%u|%u|0x%04x|%u|%u|%u|%u|%u|%d", tcp->src_port, tcp->dst_port, flag_bits(tcp), tcp->seq, tcp->ack,
		packet->payload_len, tcp->window, tcp->urgent, checksum_number(tcp->checksum_state));
	print_options(tcp);
}

/* Ports, and what else there is, in the columns of the protocol; those of the packet that an ICMP error quotes too. */
static void print_transport(const struct packet *packet)
{
	const struct packet_udp *udp = &packet->udp;
	const struct packet_icmp *icmp = &packet->icmp;
	bool is_icmp = packet->transport == PACKET_ICMP || packet->transport == PACKET_ICMPV6;
	bool quotes = is_icmp && icmp->quote.has_ports;

	if (packet_has_tcp(packet))
		print_tcp(packet);
	else if (quotes && icmp->quote.protocol == 6)
		printf("|%u|%u|||||||||||||", icmp->quote.src_port, icmp->quote.dst_port);
	else
		printf("|||||||||||||||");
	if (packet->transport == PACKET_UDP)
		printf("|%u|%u|%u|%d", udp->src_port, udp->dst_port, udp->len, checksum_number(udp->checksum_state));
	else if (quotes && icmp->quote.protocol == 17)
		printf("|%u|%u||", icmp->quote.src_port, icmp->quote.dst_port);
	else
		printf("||||");
	if (is_icmp)
		printf("%s|%u|%u|%d%s", packet->transport == PACKET_ICMP ? "" : "|||", icmp->type, icmp->code,
			checksum_number(icmp->checksum_state), packet->transport == PACKET_ICMP ? "|||" : "");
	else
		printf("||||||");
}

static void put_samples(FILE *file)
{
	size_t count, len;
	const struct packet_sample *samples = packet_samples(&count);

	for (size_t i = 0; i < count; i++) {
		uint8_t *bytes = packet_sample_bytes(samples[i].hex, &len);
		struct packet packet;

		packet_decode(&packet, bytes, len);
		write_packet(file, (uint64_t)i * 1000000, bytes, len);
		printf("%zu|%s", i + 1, packet.malformed.kind != FAULT_NONE ? "malformed" : "");
		print_ip(&packet.ip);
		print_transport(&packet);
		printf("|%s\n", samples[i].name);
		free(bytes);
	}
}

static void print_note(const struct track_note *note, const struct packet *packet, uint64_t number)
{
	struct text text;

	text_init(&text);
	track_describe(&text, note);
	printf("%llu|0x%04x|%u|%u|%u|%u|%s\n", (unsigned long long)number, flag_bits(&packet->tcp), note->seq,
		note->ack, packet->payload_len, note->window, text.data);
	text_release(&text);
}

static void put_talk(FILE *file, const struct talk *talk, uint16_t port, uint64_t *number)
{
	double time = 1e9 * port;
	uint8_t bytes[ROOM];
	struct track track;

	for (size_t i = 0; i < talk->count; i++) {
		size_t len = talk_build(talk, &talk->steps[i], port, bytes);
		struct packet packet;
		struct track_note note;

		packet_decode(&packet, bytes, len);
		if (i == 0)
			track_init(&track, &packet);
		time += talk->steps[i].ms * 1e6;
		note = track_add(&track, &packet, ++*number, (uint64_t)time);
		write_packet(file, (uint64_t)time, bytes, len);
		print_note(&note, &packet, *number);
	}
}

static void put_talks(FILE *file)
{
	size_t count;
	const struct talk *talks = track_talks(&count);
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		put_talk(file, &talks[i], (uint16_t)(FIRST_PORT + i * 100), &number);
}

static void put_random_talks(FILE *file, const char *first, const char *count)
{
	uint64_t seed = strtoull(first, NULL, 10), number = 0;

	for (uint64_t i = 0; i < strtoull(count, NULL, 10); i++) {
		struct talk_step steps[RANDOM_STEPS_MOST];
		struct talk talk;

		random_talk(&talk, steps, seed + i);
		put_talk(file, &talk, (uint16_t)(FIRST_PORT + i), &number);
	}
}

static void put_all(FILE *file, char **words)
{
	write_header(file);
	if (string_is(words[0], "samples"))
		put_samples(file);
	else if (string_is(words[0], "talks"))
		put_talks(file);
	else
		put_random_talks(file, words[2], words[3]);
}

int main(int argc, char **argv)
{
	FILE *file;

	if (!(argc == 3 && (string_is(argv[1], "samples") || string_is(argv[1], "talks"))) &&
	    !(argc == 5 && string_is(argv[1], "random"))) {
		fprintf(stderr, "usage: packet_table samples|talks FILE, packet_table random FILE FIRST COUNT\n");
		return 2;
	}
	file = fopen(argv[2], "wb");
	if (file == NULL)
		die("%s cannot be written", argv[2]);
	put_all(file, argv + 1);
	return fclose(file) == 0 ? 0 : 1;
}
