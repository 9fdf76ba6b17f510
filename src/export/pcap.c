#include "export/pcap.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_LIBPCAP
#include <pcap/pcap.h>
#endif

#include "base/file.h"
#include "base/library.h"
#include "base/mem.h"

enum { FILE_MODE = 0666 };

#ifdef HAVE_LIBPCAP

enum { SNAPLEN = 262144, NANOSECONDS = 1000000000 };

/* libpcap's functions by their own names and types. It brings half a dozen libraries along, a megabyte in all. */
#define PCAP_FUNCTIONS(FUNCTION) \
	FUNCTION(pcap_open_dead_with_tstamp_precision) FUNCTION(pcap_close) FUNCTION(pcap_geterr) \
	FUNCTION(pcap_dump_fopen) FUNCTION(pcap_dump) FUNCTION(pcap_dump_flush) FUNCTION(pcap_dump_close)

struct pcap_library {
#define FUNCTION(name) __typeof__(name) *name;
	PCAP_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

/* Debian calls it by the number of an older one, which it has the functions of. */
static void *open_library(struct text *message)
{
	void *handle = library_open("libpcap.so.1", "libpcap", message);

	if (handle == NULL) {
		text_clear(message);
		handle = library_open("libpcap.so.0.8", "libpcap", message);
	}
	return handle;
}

static bool load_library(struct pcap_library *library, struct text *message)
{
	void *handle = open_library(message);
	bool done = handle != NULL;

#define FUNCTION(name) done = done && library_fetch(handle, #name, &library->name, message);
	PCAP_FUNCTIONS(FUNCTION)
#undef FUNCTION
	return done;
}

/* libpcap's way of saying nanoseconds: in the place of microseconds. */
static struct timeval time_of(const struct timespec *start, double seconds)
{
	long long nanoseconds = start->tv_nsec + (long long)(seconds * NANOSECONDS + 0.5);

	return (struct timeval){
		.tv_sec = start->tv_sec + (time_t)(nanoseconds / NANOSECONDS),
		.tv_usec = (suseconds_t)(nanoseconds % NANOSECONDS),
	};
}

/* Where packets go, and by which functions. */
struct dump {
	const struct pcap_library *library;
	pcap_dumper_t *dumper;
};

static void dump_all(const struct dump *dump, const struct world *world, const struct timespec *start)
{
	const struct world_segments *segments = &world->segments;

	for (size_t i = 0; i < segments->count; i++) {
		const struct world_segment *segment = world_segments_at(segments, i);
		const struct event_bytes *packet = &segment->told.segment.packet;
		struct pcap_pkthdr header = { .caplen = (bpf_u_int32)packet->len, .len = (bpf_u_int32)packet->len };

		if (packet->bytes == NULL)
			continue;
		header.ts = time_of(start, segment->seen);
		dump->library->pcap_dump((u_char *)dump->dumper, &header, (const u_char *)packet->bytes);
	}
}

/* The file is made in memory, so that what can fail is only the writing of it. */
static void write_all(const struct pcap_library *library, FILE *stream, const struct world *world,
		      const struct timespec *start)
{
	pcap_t *pcap = library->pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO);
	struct dump dump = { .library = library };

	if (pcap == NULL)
		die("out of memory");
	dump.dumper = library->pcap_dump_fopen(pcap, stream);
	if (dump.dumper == NULL)
		die("libpcap: %s", library->pcap_geterr(pcap));
	dump_all(&dump, world, start);
	if (library->pcap_dump_flush(dump.dumper) != 0)
		die("out of memory");
	/* The stream is closed with it. */
	library->pcap_dump_close(dump.dumper);
	library->pcap_close(pcap);
}

bool pcap_write(struct text *out, const struct world *world, const struct timespec *start, struct text *message)
{
	struct pcap_library library;
	char *bytes = NULL;
	size_t len = 0;
	FILE *stream;

	if (!load_library(&library, message))
		return false;
	stream = open_memstream(&bytes, &len);
	if (stream == NULL)
		die("out of memory");
	write_all(&library, stream, world, start);
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
