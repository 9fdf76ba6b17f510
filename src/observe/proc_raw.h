/*
 * /proc/net/raw and raw6 taken apart, for kernels without raw_diag. Pure; nothing is owned.
 */
#ifndef SOCKSTEP_OBSERVE_PROC_RAW_H
#define SOCKSTEP_OBSERVE_PROC_RAW_H

#include <stdbool.h>

#include "observe/facts.h"

/* One line of the file (its NUL-terminated text, without the newline); false for the heading and for what is not as
 * net/ipv4/raw.c prints it. `family` is that of the file. There is no cookie in it. */
bool proc_raw_parse(const char *line, int family, struct socket_facts *facts);

#endif
