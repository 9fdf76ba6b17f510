#include "session/bar.h"

#include "session/flow.h"

enum { CELLS = 20 };

static void add_rate(struct text *out, double done, double seconds)
{
	text_add(out, ", ");
	flow_add_size(out, seconds > 0 ? done / seconds : 0);
	text_add(out, "/s");
}

void bar_add(struct text *out, double done, double all, double seconds)
{
	double part = all > done ? done / all : 1;

	text_add_char(out, '[');
	for (int i = 0; i < CELLS; i++)
		text_add_char(out, i < (int)(part * CELLS) ? '#' : '.');
	text_addf(out, "] %3d%%  ", (int)(part * 100));
	flow_add_size(out, done);
	text_add(out, " of ");
	flow_add_size(out, all > done ? all : done);
	add_rate(out, done, seconds);
}

void bar_add_end(struct text *out, double done, double seconds)
{
	flow_add_size(out, done);
	text_addf(out, " in %.2f s", seconds);
	add_rate(out, done, seconds);
}
