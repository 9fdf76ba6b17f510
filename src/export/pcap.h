/*
 * What passed over the wire as a capture file, written by libpcap: nanoseconds, raw IP packets (LINKTYPE_RAW).
 *
 * Each segment that the world still has with its bytes is one packet, in the order of the numbers and at the time at
 * which it was first seen, whatever became of it: as a capture at the sender would have it. Copies that were folded,
 * sums, and traffic that was not told of are not in it.
 */
#ifndef SOCKSTEP_EXPORT_PCAP_H
#define SOCKSTEP_EXPORT_PCAP_H

#include <time.h>

#include "base/text.h"
#include "world/world.h"

/*
 * Adds the bytes of such a file. `start` is the time of day at which the session's clock began. False with a message:
 * this sockstep was built without libpcap, or it is not here: it is loaded when it is first needed.
 */
bool pcap_write(struct text *out, const struct world *world, const struct timespec *start, struct text *message);
/* Writes the file whole or not at all (base/file.h). False with a message. */
bool pcap_save(const struct world *world, const char *path, const struct timespec *start, struct text *message);

#endif
