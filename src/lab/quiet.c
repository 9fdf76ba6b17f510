#include "lab/quiet.h"

#include "base/mem.h"
#include "lab/wire_pass.h"

/*
 * One round asks each side that has a call under way, and is over when all have answered. If in the meantime a call
 * returned, it may have woken one that had already answered: then there is a further round. A round in which nothing
 * happened proves that all sleep at the same time.
 */
static void begin_round(struct lab *lab)
{
	lab->quiet_disturbed = false;
	for (size_t i = 0; i < lab->side_count; i++) {
		struct lab_side *side = lab->sides[i];

		if (side->stream_ended || side->call_count == 0)
			continue;
		side->quiet_token = ++lab->token;
		lab->quiet_waited++;
		lab_send(&side->stream, side->quiet_token, "quiet");
	}
	if (lab->quiet_waited == 0)
		event_active(lab->quiet_again, 0, 0);
}

/* What is under way tells when it has arrived (quiet_go_on); what a link has to read is read in the loop's next turn.
 * */
static void wait_for_wire(struct lab *lab)
{
	static const struct timeval next_turn = { 0 };

	quiet_disturb(lab);
	if (!wire_is_busy(lab->wire))
		event_add(lab->quiet_again, &next_turn);
}

static void end_round(struct lab *lab)
{
	if (lab->wire != NULL && !wire_is_quiet(lab->wire)) {
		wait_for_wire(lab);
		return;
	}
	if (lab->quiet_disturbed) {
		begin_round(lab);
		return;
	}
	if (lab->wire != NULL && wire_nobody_overtakes(lab->wire)) {
		begin_round(lab);
		return;
	}
	lab->quiet_wanted = false;
	lab->ops->quiet(lab->owner);
}

static void on_quiet_again(int fd, short what, void *context)
{
	struct lab *lab = context;

	(void)fd;
	(void)what;
	if (lab->quiet_wanted && lab->quiet_waited == 0)
		end_round(lab);
}

void lab_ask_quiet(struct lab *lab)
{
	if (lab->quiet_wanted)
		return;
	lab->quiet_wanted = true;
	if (lab->quiet_waited == 0)
		begin_round(lab);
}

void quiet_answered(struct lab *lab, struct lab_side *side)
{
	if (side->quiet_token == 0)
		return;
	side->quiet_token = 0;
	lab->quiet_waited--;
	if (lab->quiet_waited == 0 && lab->quiet_wanted)
		end_round(lab);
}

void quiet_go_on(struct lab *lab)
{
	if (lab->quiet_wanted && lab->quiet_waited == 0)
		begin_round(lab);
}

void quiet_disturb(struct lab *lab)
{
	lab->quiet_disturbed = true;
}

void quiet_init(struct lab *lab)
{
	lab->quiet_again = event_new(lab->base, -1, 0, on_quiet_again, lab);
	if (lab->quiet_again == NULL)
		die("the event loop takes no further timer");
}

void quiet_release(struct lab *lab)
{
	event_free(lab->quiet_again);
}
