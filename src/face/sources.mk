face_sources = \
	src/face/actions.c src/face/actions.h src/face/actions.def \
	src/face/canvas.c src/face/canvas.h \
	src/face/cells.c src/face/cells.h \
	src/face/changes.c src/face/changes.h \
	src/face/client_style.c src/face/client_style.h \
	src/face/colour.c src/face/colour.h \
	src/face/completion.c src/face/completion.h \
	src/face/compose.c src/face/compose.h \
	src/face/desk.c src/face/desk.h \
	src/face/fold.c src/face/fold.h \
	src/face/foresee.c src/face/foresee.h \
	src/face/history.c src/face/history.h \
	src/face/keeper.c src/face/keeper.h \
	src/face/keys.c src/face/keys.h \
	src/face/layout.c src/face/layout.h \
	src/face/lines.c src/face/lines.h \
	src/face/mark.c src/face/mark.h \
	src/face/moment.c src/face/moment.h \
	src/face/options.c src/face/options.h \
	src/face/options_remote.c src/face/options_remote.h \
	src/face/output.c src/face/output.h \
	src/face/pane_bytes.c \
	src/face/pane_diagram.c \
	src/face/pane_help.c \
	src/face/pane_info.c \
	src/face/pane_ports.c \
	src/face/pane_segment.c \
	src/face/pane_sides.c \
	src/face/pane_transcript.c \
	src/face/pane_wire.c \
	src/face/panes.c src/face/panes.h \
	src/face/paper.c src/face/paper.h \
	src/face/plain.c src/face/plain.h \
	src/face/prompt.c src/face/prompt.h src/face/prompt_ops.h \
	src/face/prompt_actions.c src/face/prompt_actions.h \
	src/face/prompt_complete.c src/face/prompt_complete.h \
	src/face/prompt_draw.c src/face/prompt_draw.h \
	src/face/prompt_enter.c src/face/prompt_enter.h \
	src/face/prompt_input.c src/face/prompt_input.h \
	src/face/prompt_job.c src/face/prompt_job.h \
	src/face/prompt_state.c src/face/prompt_state.h \
	src/face/reader.c src/face/reader.h \
	src/face/safe.c src/face/safe.h \
	src/face/screen.c src/face/screen.h \
	src/face/search.c src/face/search.h \
	src/face/side_table.c src/face/side_table.h \
	src/face/snapshot.c src/face/snapshot.h \
	src/face/standard.c src/face/standard.h \
	src/face/spark.c src/face/spark.h \
	src/face/terminal.c src/face/terminal.h \
	src/face/transcript.c src/face/transcript.h \
	src/face/veil.c src/face/veil.h \
	src/face/view.c src/face/view.h
