#include "face/output.h"

#include <stdio.h>
#include <unistd.h>

#include "face/client_style.h"
#include "face/prompt.h"
#include "session/flow.h"

void output_init(struct output *output, const struct options *options)
{
	*output = (struct output){
		.out = plain_options_for(STDOUT_FILENO),
		.err = plain_options_for(STDERR_FILENO),
		.json = options->json,
		.hex = options->remote.hex,
	};
	output->out.time = options->time;
	output->out.syscalls = options->syscalls;
	text_init(&output->line);
}

void output_release(struct output *output)
{
	text_release(&output->line);
}

void output_set_panes(struct output *output)
{
	output->panes = true;
	output->out.colour = output->err.colour = false;
}

static void print(struct output *output, const struct world *world, const struct event *event, bool mistake)
{
	enum style style = client_style_of_event(world, event);

	text_clear(&output->line);
	output->out.style = style;
	plain_event(&output->line, event, mistake ? &output->err : &output->out);
	if (output->hex && output->line.len > 0 && event->kind == EVENT_call && event->call.data.bytes != NULL) {
		flow_add_hex(&output->line, event->call.data.bytes, event->call.data.len, 0);
		text_add_char(&output->line, '\n');
	}
	if (output->line.len == 0)
		return;
	if (output->prompt)
		prompt_print_styled(output->line.data, style);
	else
		fwrite(output->line.data, 1, output->line.len, mistake ? stderr : stdout);
}

void output_event(struct output *output, const struct event *event)
{
	/* In flow mode the wire is not what a person at the prompt looks at. */
	if (event->kind == EVENT_wire && output->prompt && !output->panes)
		output->out.wire = event->wire.status != NULL && string_is(event->wire.status, "hold");
	if (!output->json)
		return;
	text_clear(&output->line);
	event_write(&output->line, event);
	text_add_char(&output->line, '\n');
	fwrite(output->line.data, 1, output->line.len, stdout);
}

/* With --json mistakes are events as well as lines. */
void output_show(struct output *output, const struct world *world, const struct event *event)
{
	bool mistake = plain_is_mistake(event);

	if (mistake && !output->prompt)
		fflush(stdout);
	if (mistake || !output->json)
		print(output, world, event, mistake);
}
