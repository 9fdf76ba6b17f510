# The tests, and how to add one.
#
# A unit test, tests/unit/test_NAME.c (cmocka), is two lines in the part "Unit tests":
#
#	unit_tests += tests/unit/test_NAME
#	tests_unit_test_NAME_SOURCES = tests/unit/test_NAME.c
#
# It is linked with every library of ours and with cmocka (LDADD below).
#
# A script test, tests/script/NAME.test (sh, prints TAP), is one line in the part "Script tests":
#
#	script_tests += tests/script/NAME.test
#
# A program that a script needs but that is not itself a test: as a unit test, but `helper_programs +=`.
#
# A script for a terminal, tests/screen/NAME.screen, for the driver in that folder (drive.c says what it understands),
# is one line in the part "Screens": `screen_tests += tests/screen/NAME.screen`. Screens that it compares with are in
# tests/screen/expected; `make update-screens` writes them anew, and `git diff` shows what has changed.
#
# A measurement, tests/bench/NAME.sh, for `make bench`: `benches += tests/bench/NAME.sh`; a program that it needs is as
# a unit test, but `bench_programs +=`. It finds the same environment.
#
# What a script finds in its environment:
#
#	SOCKSTEP, SOCKSTEP_SIDE   the programs, absolute
#	CC                        the compiler
#	top_srcdir, top_builddir  absolute; the source tree may be read-only; the current directory is top_builddir
#
# A script makes a directory of its own with mktemp -d and removes it. It skips itself with the line
# `1..0 # SKIP what is missing`.

unit_tests =
screen_tests =
helper_programs =
script_tests =
benches =
bench_programs =
EXTRA_PROGRAMS = $(bench_programs)

# Unit tests

if HAVE_CMOCKA
# (two lines for each)
unit_tests += tests/unit/test_call_tables tests/unit/test_call_statement tests/unit/test_call_bind \
	tests/unit/test_call_print tests/unit/test_call_option tests/unit/test_event tests/unit/test_event_quick
call_lines = tests/unit/call_lines.c tests/unit/call_lines.h
tests_unit_test_call_tables_SOURCES = tests/unit/test_call_tables.c $(call_lines)
tests_unit_test_call_statement_SOURCES = tests/unit/test_call_statement.c
tests_unit_test_call_bind_SOURCES = tests/unit/test_call_bind.c $(call_lines)
tests_unit_test_call_print_SOURCES = tests/unit/test_call_print.c $(call_lines)
tests_unit_test_call_option_SOURCES = tests/unit/test_call_option.c $(call_lines)
tests_unit_test_event_SOURCES = tests/unit/test_event.c
tests_unit_test_event_quick_SOURCES = tests/unit/test_event_quick.c
unit_tests += tests/unit/test_show
tests_unit_test_show_SOURCES = tests/unit/test_show.c tests/unit/show_checker.c tests/unit/show_checker.h
unit_tests += tests/unit/test_packet_decode tests/unit/test_packet_describe tests/unit/test_packet_build \
	tests/unit/test_packet_ranges tests/unit/test_packet_track tests/unit/test_packet_checksum
tests_unit_test_packet_checksum_SOURCES = tests/unit/test_packet_checksum.c
tests_unit_test_packet_decode_SOURCES = tests/unit/test_packet_decode.c $(packet_samples)
tests_unit_test_packet_describe_SOURCES = tests/unit/test_packet_describe.c $(packet_samples)
tests_unit_test_packet_build_SOURCES = tests/unit/test_packet_build.c $(packet_samples)
tests_unit_test_packet_ranges_SOURCES = tests/unit/test_packet_ranges.c
tests_unit_test_packet_track_SOURCES = tests/unit/test_packet_track.c $(track_talks)
unit_tests += tests/unit/test_observe_diag tests/unit/test_observe_message tests/unit/test_observe_fds \
	tests/unit/test_observe_info
tests_unit_test_observe_diag_SOURCES = tests/unit/test_observe_diag.c tests/unit/observe_help.c \
	tests/unit/observe_help.h
tests_unit_test_observe_message_SOURCES = tests/unit/test_observe_message.c tests/unit/observe_help.c \
	tests/unit/observe_help.h
tests_unit_test_observe_fds_SOURCES = tests/unit/test_observe_fds.c tests/unit/observe_help.c tests/unit/observe_help.h
tests_unit_test_observe_info_SOURCES = tests/unit/test_observe_info.c tests/unit/observe_help.c \
	tests/unit/observe_help.h
unit_tests += tests/unit/test_side_calls tests/unit/test_side_threads tests/unit/test_side_agent
tests_unit_test_side_calls_SOURCES = tests/unit/test_side_calls.c $(side_talk)
tests_unit_test_side_threads_SOURCES = tests/unit/test_side_threads.c $(side_talk)
tests_unit_test_side_agent_SOURCES = tests/unit/test_side_agent.c $(side_talk)
unit_tests += tests/unit/test_side_copy
tests_unit_test_side_copy_SOURCES = tests/unit/test_side_copy.c $(side_talk)
unit_tests += tests/unit/test_file tests/unit/test_history tests/unit/test_keys tests/unit/test_plain \
	tests/unit/test_prompt
tests_unit_test_file_SOURCES = tests/unit/test_file.c
tests_unit_test_history_SOURCES = tests/unit/test_history.c
tests_unit_test_keys_SOURCES = tests/unit/test_keys.c
tests_unit_test_plain_SOURCES = tests/unit/test_plain.c
unit_tests += tests/unit/test_messages
tests_unit_test_messages_SOURCES = tests/unit/test_messages.c
tests_unit_test_prompt_SOURCES = tests/unit/test_prompt.c
side_talk = tests/unit/side_talk.c tests/unit/side_talk.h
unit_tests += tests/unit/test_lab_hosts tests/unit/test_lab_refusal
tests_unit_test_lab_refusal_SOURCES = tests/unit/test_lab_refusal.c
tests_unit_test_lab_hosts_SOURCES = tests/unit/test_lab_hosts.c $(lab_talk)
lab_talk = tests/unit/lab_talk.c tests/unit/lab_talk.h $(side_talk)
unit_tests += tests/unit/test_cause
tests_unit_test_cause_SOURCES = tests/unit/test_cause.c
unit_tests += tests/unit/test_lookout
tests_unit_test_lookout_SOURCES = tests/unit/test_lookout.c
unit_tests += tests/unit/test_wire tests/unit/test_wire_fold
tests_unit_test_wire_SOURCES = tests/unit/test_wire.c $(wire_bench)
tests_unit_test_wire_fold_SOURCES = tests/unit/test_wire_fold.c $(wire_bench)
unit_tests += tests/unit/test_order
tests_unit_test_order_SOURCES = tests/unit/test_order.c
unit_tests += tests/unit/test_ladder
tests_unit_test_ladder_SOURCES = tests/unit/test_ladder.c
unit_tests += tests/unit/test_colour
tests_unit_test_colour_SOURCES = tests/unit/test_colour.c tests/screen/contrast.c tests/screen/contrast.h
tests_unit_test_colour_LDADD = $(LDADD) -lm
unit_tests += tests/unit/test_foresee
tests_unit_test_foresee_SOURCES = tests/unit/test_foresee.c
unit_tests += tests/unit/test_fold
tests_unit_test_fold_SOURCES = tests/unit/test_fold.c
unit_tests += tests/unit/test_diagram
tests_unit_test_diagram_SOURCES = tests/unit/test_diagram.c
unit_tests += tests/unit/test_screen
tests_unit_test_screen_SOURCES = tests/unit/test_screen.c
# Whose calls it counts.
tests_unit_test_screen_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=xmalloc,--wrap=xcalloc,--wrap=xrealloc,--wrap=area_put \
	-Wl,--wrap=canvas_width_of,--wrap=world_fd_socket,--wrap=world_fd_state,--wrap=world_segment \
	-Wl,--wrap=ladder_row,--wrap=log_at,--wrap=transcript_line
unit_tests += tests/unit/test_world_sockets
tests_unit_test_world_sockets_SOURCES = tests/unit/test_world_sockets.c
unit_tests += tests/unit/test_panes_large
tests_unit_test_panes_large_SOURCES = tests/unit/test_panes_large.c
tests_unit_test_panes_large_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=xmalloc,--wrap=xcalloc,--wrap=xrealloc \
	-Wl,--wrap=order_at,--wrap=log_at,--wrap=ladder_row,--wrap=world_segment,--wrap=string_is
unit_tests += tests/unit/test_pcap
tests_unit_test_pcap_SOURCES = tests/unit/test_pcap.c $(wire_bench) $(track_talks)
wire_bench = tests/unit/wire_bench.c tests/unit/wire_bench.h
unit_tests += tests/unit/test_session_tables tests/unit/test_session_inform tests/unit/test_session_why \
	tests/unit/test_session_complete
unit_tests += tests/unit/test_topic
tests_unit_test_topic_SOURCES = tests/unit/test_topic.c
unit_tests += tests/unit/test_session_bounds
tests_unit_test_session_bounds_SOURCES = tests/unit/test_session_bounds.c $(session_story)
tests_unit_test_session_tables_SOURCES = tests/unit/test_session_tables.c $(session_story)
tests_unit_test_session_inform_SOURCES = tests/unit/test_session_inform.c $(session_story)
tests_unit_test_session_why_SOURCES = tests/unit/test_session_why.c $(session_story)
tests_unit_test_session_complete_SOURCES = tests/unit/test_session_complete.c $(session_story)
else
# Says in the summary that they were left out.
script_tests += tests/script/no-cmocka.test
endif

# Script tests

script_tests += tests/script/bootstrap.test
script_tests += tests/policy/includes.test
script_tests += tests/policy/functions.test
script_tests += tests/policy/calls.test
script_tests += tests/policy/state.test
script_tests += tests/policy/tree.test
script_tests += tests/policy/needs.test

script_tests += tests/script/generate.test
helper_programs += tests/tools/calls
tests_tools_calls_SOURCES = tests/tools/calls.c
script_tests += tests/script/remote.test
script_tests += tests/script/remote-services.test
script_tests += tests/script/starttls-services.test
script_tests += tests/script/hostile.test tests/script/pours.test
script_tests += tests/script/proxy.test
script_tests += tests/script/aside.test
script_tests += tests/script/strace.test
script_tests += tests/script/manual.test
script_tests += tests/script/show-table.test
EXTRA_DIST += tools/make_show_table.awk

# What is recorded, and what test_screen makes of it
EXTRA_DIST += tests/data/screens

# What is recorded, and what test_ladder makes of it

EXTRA_DIST += \
	tests/data/ladder-held.jsonl tests/data/ladder-held.80.txt tests/data/ladder-held.80.ascii.txt \
	tests/data/ladder-held.120.txt tests/data/ladder-held.120.ascii.txt \
	tests/data/ladder-lossy.jsonl tests/data/ladder-lossy.80.txt tests/data/ladder-lossy.80.ascii.txt \
	tests/data/ladder-lossy.120.txt tests/data/ladder-lossy.120.ascii.txt \
	tests/data/ladder-many.jsonl tests/data/ladder-many.80.txt tests/data/ladder-many.80.ascii.txt \
	tests/data/ladder-many.120.txt tests/data/ladder-many.120.ascii.txt

session_story = tests/unit/session_story.c tests/unit/session_story.h
packet_samples = tests/unit/packet_samples.c tests/unit/packet_samples.h
track_talks = tests/unit/track_talks.c tests/unit/track_talks.h
helper_programs += tests/tools/packet_table
tests_tools_packet_table_SOURCES = tests/tools/packet_table.c tests/tools/random_talk.c tests/tools/random_talk.h \
	$(packet_samples) $(track_talks)
script_tests += tests/script/packet-tshark.test

# Tools of the tests: what mistreats a command, and what the benchmark compares with

helper_programs += tests/tools/killpoints tests/tools/faultpoints tests/tools/leaky
tests_tools_killpoints_SOURCES = tests/tools/killpoints.c tests/tools/harness.c tests/tools/harness.h
tests_tools_faultpoints_SOURCES = tests/tools/faultpoints.c tests/tools/harness.c tests/tools/harness.h
tests_tools_leaky_SOURCES = tests/tools/leaky.c
helper_programs += tests/tools/roundtrip tests/tools/rlplain tests/tools/startup
tests_tools_roundtrip_SOURCES = tests/tools/roundtrip.c
tests_tools_rlplain_SOURCES = tests/tools/rlplain.c
tests_tools_startup_SOURCES = tests/tools/startup.c tests/tools/harness.c tests/tools/harness.h
script_tests += tests/script/tools.test

helper_programs += tests/tools/labdemo
tests_tools_labdemo_SOURCES = tests/tools/labdemo.c
script_tests += tests/script/lab.test
script_tests += tests/script/side.test
script_tests += tests/script/inform.test
helper_programs += tests/tools/events
tests_tools_events_SOURCES = tests/tools/events.c
script_tests += tests/script/postfix.test
script_tests += tests/script/services.test tests/script/input.test tests/script/design.test tests/script/kill.test
script_tests += tests/script/limits.test tests/script/unanswered.test
helper_programs += tests/tools/monkey
tests_tools_monkey_SOURCES = tests/tools/monkey.c tests/tools/random_lines.c tests/tools/random_lines.h \
	tests/tools/harness.c tests/tools/harness.h
tests_tools_monkey_LDADD = $(LDADD) -lutil
script_tests += tests/script/monkey.test
script_tests += tests/script/transcript.test tests/script/states.test
EXTRA_DIST += tests/script/lib.sh tests/script/tshark.sh tests/script/over_veth.sh tests/script/services.sh \
	tests/states/handshake-close.step \
	tests/states/simultaneous.step tests/states/half-close-reset.step

helper_programs += tests/tools/promptdemo
tests_tools_promptdemo_SOURCES = tests/tools/promptdemo.c
script_tests += tests/script/prompt.test tests/script/screen.test tests/script/panes.test

script_tests += tests/script/pipe.test tests/script/tls.test tests/script/tls-wire.test tests/script/tls-hostile.test
script_tests += tests/script/tls-verify.test
script_tests += tests/script/dump.test tests/script/interop.test
helper_programs += tests/tools/learner
tests_tools_learner_SOURCES = tests/tools/learner.c
tests_tools_learner_LDADD = src/libstep-base.a -lutil
script_tests += tests/script/practice.test
script_tests += tests/script/lessons.test tests/script/strangers.test tests/script/person.test tests/script/save.test \
	tests/script/pictures.test tests/script/script.test \
	tests/script/first-packet.test tests/script/beginner.test

# The wire, over both kinds of link

script_tests += tests/script/stacks.test tests/script/wire.test \
	tests/script/over-veth.test tests/script/over-veth-screens.test tests/script/over-veth-hardship.test \
	tests/script/pcap.test tests/script/names.test

# Screens: the program on a terminal that is libvterm's

script_tests += tests/screen/driver.test
if HAVE_VTERM
helper_programs += tests/screen/drive
tests_screen_drive_SOURCES = tests/screen/drive.c tests/screen/drive.h tests/screen/verbs.c tests/screen/verbs.h \
	tests/screen/left.c tests/screen/left.h tests/screen/looks.c tests/screen/contrast.c tests/screen/contrast.h \
	tests/screen/whole.c $(screen_terminal)
tests_screen_drive_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
tests_screen_drive_LDADD = src/libstep-base.a $(VTERM_LIBS) $(NCURSESW_LIBS) -lutil -lm
screen_terminal = tests/screen/terminal.c tests/screen/terminal.h tests/screen/pattern.c tests/screen/pattern.h \
	tests/screen/sequences.c tests/screen/sequences.h
screen_tests += tests/screen/begin.screen tests/screen/terms.screen tests/screen/life.screen \
	tests/screen/hostile.screen tests/screen/keeper.screen tests/screen/panes.screen tests/screen/pitfalls.screen \
	tests/screen/colours.screen tests/screen/clients.screen tests/screen/lesson.screen
else
script_tests += tests/screen/no-libvterm.test
endif
EXTRA_DIST += $(screen_tests) tests/screen/no-libvterm.test tests/screen/hostile.sh tests/screen/expected

update-screens: all tests/screen/drive
	@$(AM_TESTS_ENVIRONMENT) SOCKSTEP_UPDATE_SCREENS=1; export SOCKSTEP_UPDATE_SCREENS; \
		for script in $(screen_tests); do tests/screen/drive $(srcdir)/$$script || exit 1; done

.PHONY: update-screens

# Proofs: over all inputs there are, and too slow for `make check`

EXTRA_PROGRAMS += tests/proof/prove_show
tests_proof_prove_show_SOURCES = tests/proof/prove_show.c tests/unit/show_checker.c tests/unit/show_checker.h
tests_proof_prove_show_LDADD = src/libstep-base.a
CLEANFILES += $(EXTRA_PROGRAMS)

prove: tests/proof/prove_show
	tests/proof/prove_show

.PHONY: prove

# Fuzzing, with clang, which instruments our files anew; how to run it stands in the file

EXTRA_DIST += tests/fuzz/fuzz_packet.c tests/fuzz/fuzz_line.c tests/fuzz/fuzz_event.c tests/fuzz/fuzz_request.c
CLANG = clang
CLEANFILES += tests/fuzz/fuzz_packet tests/fuzz/fuzz_line tests/fuzz/fuzz_event tests/fuzz/fuzz_request

fuzz-packet:
	@fuzzer=fuzz_packet files='$(packet_sources)'; $(build_fuzzer)
fuzz-line:
	@fuzzer=fuzz_line files='$(call_sources)'; $(build_fuzzer)
fuzz-event:
	@fuzzer=fuzz_event files='$(event_sources)'; $(build_fuzzer) $(JANSSON_LIBS)
fuzz-request:
	@fuzzer=fuzz_request files='$(call_sources) src/side/request.c src/side/lines.c src/side/copy_wish.c \
		src/side/tls.c src/side/tls_library.c'; $(build_fuzzer)

build_fuzzer = $(MKDIR_P) tests/fuzz; set --; \
	for file in tests/fuzz/$$fuzzer.c $$files $(base_sources); do \
		case $$file in *.c) set -- "$$@" "$(srcdir)/$$file";; esac; done; \
	$(CLANG) -std=gnu11 -g -O1 -D_GNU_SOURCE -I$(srcdir)/src -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all "$$@" -o tests/fuzz/$$fuzzer

.PHONY: fuzz-packet fuzz-line fuzz-event fuzz-request

# Running them

check_PROGRAMS = $(unit_tests) $(helper_programs)
LDADD = $(upper_libraries) src/libstep-side.a $(lower_libraries) $(CMOCKA_LIBS) \
	$(READLINE_LIBS) $(NCURSESW_LIBS) $(LIBEVENT_LIBS) $(LIBMNL_LIBS) $(JANSSON_LIBS)

EXTRA_DIST += $(script_tests) tests/script/no-cmocka.test \
	tests/policy/policy.sh tests/policy/statements.awk tests/policy/allowed \
	tests/analyze.sh tests/coverage.sh tests/clean-root.sh tests/unit.sh tests/unit/skip.h \
	tests/leaks.txt
TESTS = $(unit_tests) $(script_tests) $(screen_tests)
TEST_EXTENSIONS = .test .screen
tap_driver = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(tap_driver)
TEST_LOG_DRIVER = $(tap_driver)
SCREEN_LOG_DRIVER = $(tap_driver)
# The bound of a test that hangs; each is to end long before of itself.
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/unit.sh
TEST_LOG_COMPILER = timeout -k 10 300 $(SHELL)
SCREEN_LOG_COMPILER = timeout -k 10 300 tests/screen/drive
# A shell for tmux, which takes the user's own: that of nobody is none.
AM_TESTS_ENVIRONMENT = \
	SHELL=/bin/sh; export SHELL; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/leaks.txt:print_suppressions=0'; export LSAN_OPTIONS; \
	CC='$(CC)'; export CC; \
	SOCKSTEP='$(abs_top_builddir)/src/sockstep'; export SOCKSTEP; \
	SOCKSTEP_SIDE='$(abs_top_builddir)/src/sockstep-side'; export SOCKSTEP_SIDE; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir;

# The same tests, but longer: at every system call, minutes instead of seconds. What minds SOCKSTEP_SLOW is in
# slow_tests.

EXTRA_DIST += tests/script/lasting.test tests/script/sanitized.test
slow_tests = tests/unit/test_lab_hosts tests/script/lab.test tests/script/states.test tests/script/lasting.test \
	tests/script/sanitized.test tests/script/packet-tshark.test tests/script/monkey.test tests/script/pours.test

check-slow:
	SOCKSTEP_SLOW=1 SOCKSTEP_SILENT_SECONDS=20 TALK=3s $(MAKE) $(AM_MAKEFLAGS) check TESTS='$(slow_tests)' \
		SECONDS_MOST=3000 TEST_LOG_COMPILER='timeout -k 10 3000 $(SHELL)'

# Each lesson as a class goes through it, which takes long: CLASS_LESSONS='close udp' for some of them, CLASS_LONG=every
# for each pause in turn being the long one. Then each in practice, by learners who think for three seconds a line.

EXTRA_DIST += tests/class.sh

check-class: all tests/tools/learner
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/class.sh
	@$(AM_TESTS_ENVIRONMENT) LEARNER_PAUSE=3000 LEARNERS=8 $(SHELL) $(srcdir)/tests/script/practice.test

# Under valgrind: minutes. VALGRIND_TESTS='tests/unit/test_show' for some of the unit tests.

EXTRA_DIST += tests/valgrind.sh
VALGRIND_TESTS = $(unit_tests)

check-valgrind: all $(check_PROGRAMS)
	@$(AM_TESTS_ENVIRONMENT) VALGRIND_TESTS='$(VALGRIND_TESTS)' $(SHELL) $(srcdir)/tests/valgrind.sh

# In a Debian that has nothing, as root: MIRROR=URL or what debootstrap takes, CLEAN_ROOT=DIRECTORY, where it is kept.

MIRROR = -
CLEAN_ROOT = $(abs_top_builddir)/clean-root.tmp

check-clean-root:
	$(SHELL) $(srcdir)/tests/clean-root.sh '$(MIRROR)' '$(CLEAN_ROOT)'

.PHONY: check-slow check-class check-clean-root check-valgrind

# Measuring

benches += tests/bench/session.sh tests/bench/lab.sh tests/bench/screen.sh
bench_programs += tests/bench/traffic tests/bench/timed_lines tests/bench/tun_relay
tests_bench_traffic_SOURCES = tests/bench/traffic.c
tests_bench_timed_lines_SOURCES = tests/bench/timed_lines.c
tests_bench_tun_relay_SOURCES = tests/bench/tun_relay.c
if HAVE_VTERM
bench_programs += tests/bench/screen_figures
tests_bench_screen_figures_SOURCES = tests/bench/screen_figures.c $(screen_terminal)
tests_bench_screen_figures_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
tests_bench_screen_figures_LDADD = src/libstep-base.a $(VTERM_LIBS) $(NCURSESW_LIBS) -lutil
endif

benches += tests/bench/remote.sh
bench_programs += tests/bench/remote_peer
tests_bench_remote_peer_SOURCES = tests/bench/remote_peer.c

EXTRA_DIST += $(benches) tests/bench/lib.sh

bench: all $(bench_programs) tests/tools/roundtrip tests/tools/rlplain tests/tools/startup
	@$(AM_TESTS_ENVIRONMENT) for bench in $(benches); do $(SHELL) $(srcdir)/$$bench || exit 1; done

.PHONY: bench
