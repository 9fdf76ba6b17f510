#include "export/pcap.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_LIBPCAP
#include <pcap/pcap.h>
#endif

#include "base/file.h"
#include "base/mem.h"

enum { FILE_MODE = 0666 };

#ifdef HAVE_LIBPCAP

enum { SNAPLEN = 262144, NANOSECONDS = 1000000000 };

/* libpcap's way of saying nanoseconds: in the place of microseconds. */
static struct timeval time_of(const struct timespec *start, double seconds)
{
	long long nanoseconds = start->tv_nsec + (long long)(seconds * NANOSECONDS + 0.5);

	return (struct timeval){
		.tv_sec = start->tv_sec + (time_t)(nanoseconds / NANOSECONDS),
		.tv_usec = (suseconds_t)(nanoseconds % NANOSECONDS),
	};
}

static void dump_all(pcap_dumper_t *dumper, const struct world *world, const struct timespec *start)
{
	const struct world_segments *segments = &world->segments;

	for (size_t i = 0; i < segments->count; i++) {
		const struct world_segment *segment = world_segments_at(segments, i);
		const struct event_bytes *packet = &segment->told.segment.packet;
		struct pcap_pkthdr header = { .caplen = (bpf_u_int32)packet->len, .len = (bpf_u_int32)packet->len };

		if (packet->bytes == NULL)
			continue;
		header.ts = time_of(start, segment->seen);
		pcap_dump((u_char *)dumper, &header, (const u_char *)packet->bytes);
	}
}

/* The file is made in memory, so that what can fail is only the writing of it. */
bool pcap_write(struct text *out, const struct world *world, const struct timespec *start, struct text *message)
{
	pcap_t *pcap = pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO);
	char *bytes = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&bytes, &len);
	pcap_dumper_t *dumper;

	(void)message;
	if (pcap == NULL || stream == NULL)
		die("out of memory");
	dumper = pcap_dump_fopen(pcap, stream);
	if (dumper == NULL)
		die("libpcap: %s", pcap_geterr(pcap));
	dump_all(dumper, world, start);
	if (pcap_dump_flush(dumper) != 0)
		die("out of memory");
	/* The stream is closed with it. */
	pcap_dump_close(dumper);
	pcap_close(pcap);
	text_add_bytes(out, bytes, len);
	free(bytes);
	return true;
}

#else

bool pcap_write(struct text *out, const struct world *world, const struct timespec *start, struct text *message)
{
	(void)out;
	(void)world;
	(void)start;
	text_add(message, "this sockstep was built without libpcap, which writes capture files");
	return false;
}

#endif

bool pcap_save(const struct world *world, const char *path, const struct timespec *start, struct text *message)
{
	struct text bytes;
	bool done;

	text_init(&bytes);
	done = pcap_write(&bytes, world, start, message)
		&& file_write_whole(path, bytes.data, bytes.len, FILE_MODE, message);
	text_release(&bytes);
	return done;
}
