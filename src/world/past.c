#include "world/past.h"

#include "base/text.h"

void past_init(struct past *past)
{
	*past = (struct past){ .near_place = PAST_NOWHERE, .shown_place = PAST_NOWHERE };
}

static void forget(struct world *world, int64_t *place)
{
	if (*place != PAST_NOWHERE)
		world_release(world);
	*place = PAST_NOWHERE;
}

void past_release(struct past *past)
{
	forget(&past->near, &past->near_place);
	forget(&past->shown, &past->shown_place);
}

static void apply_until(struct world *world, int64_t *at, const struct log *log, int64_t place)
{
	while (*at < place) {
		++*at;
		world_apply(world, log_at(log, (size_t)(*at - log->fallen_off)));
	}
}

/* The copy that is put by lies at a multiple of the stride, so that it serves all moments up to the next. */
static void move_near(struct past *past, const struct log *log, int64_t place)
{
	int64_t oldest = log->fallen_off - 1, wanted = place <= oldest ? oldest : place - place % PAST_STRIDE;

	wanted = wanted < oldest ? oldest : wanted;
	if (past->near_place != PAST_NOWHERE && (past->near_place > wanted || past->near_place < oldest))
		forget(&past->near, &past->near_place);
	if (past->near_place == PAST_NOWHERE) {
		if (log->base != NULL)
			world_copy(&past->near, log->base);
		else
			world_init(&past->near);
		past->near.segments.most = 0;
		past->near_place = oldest;
	}
	apply_until(&past->near, &past->near_place, log, wanted);
}

const struct world *past_world(struct past *past, const struct log *log, int64_t place)
{
	if (past->shown_place == place)
		return &past->shown;
	if (past->shown_place > place || past->shown_place + PAST_STRIDE < place ||
	    past->shown_place < log->fallen_off - 1)
		forget(&past->shown, &past->shown_place);
	if (past->shown_place == PAST_NOWHERE) {
		move_near(past, log, place);
		world_copy(&past->shown, &past->near);
		past->shown_place = past->near_place;
	}
	apply_until(&past->shown, &past->shown_place, log, place);
	return &past->shown;
}

/* ---- steps ---- */

bool past_is_step(const struct event *event)
{
	switch (event->kind) {
	case EVENT_side:
	case EVENT_call:
	case EVENT_state:
	case EVENT_segment:
	case EVENT_wire:
	case EVENT_signal:
	case EVENT_copy:
	case EVENT_tls:
		return true;
	case EVENT_hello:
	case EVENT_host:
	case EVENT_fd:
	case EVENT_poke:
	case EVENT_socket:
	case EVENT_expect:
	case EVENT_say:
	case EVENT_error:
	case EVENT_answer:
	case EVENT_KIND_COUNT:
		break;
	}
	return false;
}

static bool is_step_at(const struct log *log, int64_t place)
{
	return past_is_step(log_at(log, (size_t)(place - log->fallen_off)));
}

int64_t past_now(const struct log *log)
{
	return log->fallen_off + (int64_t)log->count - 1;
}

/* What follows a step belongs to it; so what is taken back is the last step and all behind it. */
bool past_step_back(const struct log *log, int64_t place, int64_t *before)
{
	while (place >= log->fallen_off && !is_step_at(log, place))
		place--;
	*before = place - 1;
	return place > log->fallen_off;
}

bool past_step_on(const struct log *log, int64_t place, int64_t *after)
{
	int64_t now = past_now(log), at = place + 1;

	while (at <= now && !is_step_at(log, at))
		at++;
	if (at > now)
		return false;
	while (at + 1 <= now && !is_step_at(log, at + 1))
		at++;
	*after = at;
	return true;
}

struct log past_log(const struct log *log, int64_t place)
{
	return log_until(log, place < log->fallen_off ? 0 : (size_t)(place - log->fallen_off + 1));
}
