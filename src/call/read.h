/*
 * How the value of an argument is read from its syntax, a function for each type (types.c has the table). What they
 * read goes to `value`. False: the message says what is wrong, and `column` where; an empty message: nothing better
 * can be said than what is expected there.
 */
#ifndef SOCKSTEP_CALL_READ_H
#define SOCKSTEP_CALL_READ_H

#include "call/reader.h"

typedef bool read_function(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value);

/* read_number.c */
read_function read_int, read_length, read_fd, read_constant, read_mode, read_seconds, read_offset;
/* read_address.c */
read_function read_address;
/* read_data.c */
read_function read_data, read_data_length, read_text, read_fd_list, read_size_list, read_data_list, read_poll_list;
/* read_option.c */
read_function read_option, read_option_value, read_fcntl_value, read_ioctl_value;

/* The flags that fcntl's third argument takes after its command, as far as that is known; GROUP_NONE: a number. */
enum constant_group read_fcntl_group(const struct call *call);

#endif
