/*
 * Bytes and the values of socket options as strace(1) writes them.
 */
#ifndef SOCKSTEP_CALL_STRACE_VALUE_H
#define SOCKSTEP_CALL_STRACE_VALUE_H

#include "base/text.h"
#include "call/constants.h"

/* In quotes, with C's escapes of the octal kind, and of a long one the beginning: "\1\377x\n"... */
void strace_bytes_print(struct text *out, const char *bytes, size_t len);
/* The `len` bytes of an option's value: [1], {l_onoff=1, l_linger=5}, "lo\0"; bytes where they are no such value.
 * struct timeval and tcp_info, of which strace shows the bytes, are taken apart. */
void strace_option_print(struct text *out, enum option_type type, const char *bytes, size_t len);

#endif
