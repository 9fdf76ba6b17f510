session_sources = \
	src/session/commands.h \
	src/session/state.c src/session/state.h \
	src/session/bounds.c src/session/bounds.h \
	src/session/columns.c src/session/columns.h \
	src/session/saying.c src/session/saying.h \
	src/session/asking.c src/session/asking.h \
	src/session/inquiry.c src/session/inquiry.h \
	src/session/ranges.c src/session/ranges.h \
	src/session/rendering.c src/session/rendering.h \
	src/session/subject.c src/session/subject.h \
	src/session/check.c src/session/check.h \
	src/session/chronicle.c src/session/chronicle.h \
	src/session/tables.c src/session/tables.h \
	src/session/all_sockets.c src/session/all_sockets.h \
	src/session/inform.c src/session/inform.h \
	src/session/question.c src/session/question.h \
	src/session/reasons.h src/session/reasons_address.c src/session/reasons_peer.c \
	src/session/reasons_end.c src/session/reasons_argument.c \
	src/session/waiting.c src/session/waiting.h \
	src/session/standing.c src/session/standing.h \
	src/session/why.c src/session/why.h \
	src/session/topic.c src/session/topic.h \
	src/session/commands.c \
	src/session/context.c src/session/context.h \
	src/session/expect.c src/session/expect.h src/session/expect_read.c \
	src/session/inject.c \
	src/session/loops.c \
	src/session/made_path.c src/session/made_path.h \
	src/session/making.c src/session/making.h src/session/making_quiet.c \
	src/session/remote.c src/session/remote.h src/session/remote_listen.c \
	src/session/remote_dial.c src/session/remote_dial.h \
	src/session/tls.c src/session/tls.h src/session/starttls.c \
	src/session/pipe.c src/session/pipe.h \
	src/session/chore.c src/session/chore.h \
	src/session/proxy.c src/session/proxy_header.c src/session/proxy_header.h \
	src/session/bar.c src/session/bar.h \
	src/session/flow.c src/session/flow.h src/session/serve.c src/session/relay.c \
	src/session/interact.c src/session/interact.h src/session/gather.c src/session/gather.h \
	src/session/errand.c src/session/errand.h \
	src/session/remote_parts.c src/session/remote_parts.h \
	src/session/attempt.c src/session/attempt.h src/session/race.c src/session/race.h \
	src/session/remote_connect.c src/session/remote_scan.c \
	src/session/saved.c src/session/saved.h \
	src/session/script.c src/session/script.h \
	src/session/segment_commands.c \
	src/session/session.c src/session/session.h \
	src/session/settings.c src/session/settings.h \
	src/session/wire_commands.c \
	src/session/words.c src/session/words.h \
	src/session/complete.c src/session/complete.h \
	src/session/suggest.c src/session/suggest.h \
	src/session/offers.c src/session/offers.h \
	src/session/place.c src/session/place.h \
	src/session/start.c src/session/start.h \
	src/session/player.c src/session/player.h \
	src/session/goal.c src/session/goal.h \
	src/session/practice.c src/session/practice.h \
	src/session/record.c src/session/record.h \
	src/session/ask.c src/session/ask.h \
	src/session/lesson_names.c src/session/lesson_names.h \
	src/session/lesson.c src/session/lesson.h src/session/lesson_commands.c \
	src/session/progress.c src/session/progress.h \
	src/session/teacher.c src/session/teacher.h \
	src/session/reset.c
