/*
 * The network sysctls of a lab host: those that make a held state last and keep an idle link silent, and reading and
 * setting any other. All are about the network namespace that the process is in.
 */
#ifndef SOCKSTEP_SIDE_LAB_SYSCTL_H
#define SOCKSTEP_SIDE_LAB_SYSCTL_H

#include <stdbool.h>

#include "base/text.h"

enum sysctl_use {
	SYSCTL_SILENCE, /* the kernel sends nothing of its own, and the machine's own settings are not inherited */
	SYSCTL_LASTING, /* a held state lasts; left out of a host that has the system's values */
};

/* Sets all of one use, each where it exists. A message is added for what could not be set. */
void sysctl_set_all(enum sysctl_use use, struct text *message);
/* The end of a link that is the wire's takes part in nothing. */
void sysctl_silence_wire(struct text *message);

/* "net.ipv4.tcp_sack", also with slashes; nothing above net. is reached. The value is appended without its last
 * newline, tabs as spaces; false: the message says why. */
bool sysctl_read(const char *name, struct text *value, struct text *message);
bool sysctl_write(const char *name, const char *value, struct text *message);

#endif
