call_sources = \
	src/call/arguments.c src/call/arguments.h src/call/arguments.def \
	src/call/address.c src/call/address.h \
	src/call/bind.c \
	src/call/call.h src/call/calls.def \
	src/call/commands.def src/call/expectations.def \
	src/call/constants.c src/call/constants.h src/call/constants.def src/call/options.def \
	src/call/help.c src/call/help.h src/call/examples.def src/call/command_examples.def \
	src/call/option.c src/call/option.h \
	src/call/print.c src/call/print.h \
	src/call/print_strace.c \
	src/call/strace_value.c \
	src/call/strace_value.h \
	src/call/read.h src/call/read_address.c src/call/read_data.c src/call/read_number.c src/call/read_option.c \
	src/call/reader.c src/call/reader.h \
	src/call/short_form.c src/call/short_form.h \
	src/call/statement.c src/call/statement.h \
	src/call/literal.c src/call/literal.h \
	src/call/cursor.c src/call/cursor.h \
	src/call/syntax.c src/call/syntax.h \
	src/call/table.c \
	src/call/types.c src/call/types.h \
	src/call/value.c \
	src/call/word.c src/call/word.h
