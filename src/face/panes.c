#include "face/panes.h"

#include "world/ladder_text.h"

static const struct pane_spec specs[PANE_COUNT] = {
	[PANE_sides] = { .name = "sides", .key = ACTION_COUNT, .framed_by_itself = true, .least_rows = 4,
			 .rows = pane_sides_rows, .draw = pane_sides_draw },
	[PANE_wire] = { .name = "wire", .key = ACTION_wire, .from_end = true, .least_rows = 5,
			.least_columns = LADDER_WIDTH_LEAST, .rows = pane_wire_rows, .draw = pane_wire_draw,
			.title = pane_wire_title },
	[PANE_transcript] = { .name = "transcript", .key = ACTION_COUNT, .from_end = true, .least_rows = 1,
			      .rows = pane_transcript_rows, .draw = pane_transcript_draw },
	[PANE_diagram] = { .name = "diagram", .key = ACTION_diagram, .least_rows = 10,
			   .rows = pane_diagram_rows, .draw = pane_diagram_draw },
	[PANE_ports] = { .name = "ports", .key = ACTION_ports, .least_rows = 4, .rows = pane_ports_rows,
			 .draw = pane_ports_draw, .title = pane_ports_title },
	[PANE_info] = { .name = "info", .key = ACTION_info, .least_rows = 4, .rows = pane_info_rows,
			.draw = pane_info_draw, .title = pane_info_title },
	[PANE_bytes] = { .name = "bytes", .key = ACTION_bytes, .from_end = true, .least_rows = 4,
			 .rows = pane_bytes_rows, .draw = pane_bytes_draw },
	[PANE_segment] = { .name = "segment", .key = ACTION_segment, .least_rows = 4, .rows = pane_segment_rows,
			   .draw = pane_segment_draw, .title = pane_segment_title },
	[PANE_help] = { .name = "help", .key = ACTION_help, .least_rows = 4, .rows = pane_help_rows,
			.draw = pane_help_draw },
};

const struct pane_spec *pane_spec(enum pane pane)
{
	return &specs[pane];
}
