#include "face/screen.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "face/canvas.h"
#include "face/compose.h"
#include "face/moment.h"
#include "face/paper.h"
#include "face/safe.h"
#include "face/search.h"
#include "face/snapshot.h"
#include "session/ask.h"
#include "session/session.h"
#include "world/ladder_text.h"

/* What happens is painted at most so often, in milliseconds, but for so many times in a row that are at once: a step's
 * few events are seen as they come, of a script's thousand lines every so many. Keys are painted at once. */
enum { PAINT_EVERY = 20, PAINTS_AT_ONCE = 5 };

struct screen {
	struct session *session;       /* (borrowed) */
	struct ladder ladder;
	struct changes changes;
	struct transcript transcript;
	struct desk desk;
	struct layout layout;          /* of the last painting */

	size_t rows, columns;
	struct paper paper;
	struct moment moment;
	size_t sides_asked;            /* how many sides there were when it was asked for their hosts' ranges */
	int64_t sysctls_asked, ranges; /* the session's revisions of settings then, of ranges at the last painting */
	char *command;                 /* (owned) the line that a key stands for */

	struct event *later;           /* (owned) another second is to be shown, or what was put off */
	bool dirty;                    /* a person waits for it */
	bool printed;                  /* something was since the last painting */
	bool pages;                    /* what was printed is read page by page, and this is not its end */
	bool missed;                   /* what was searched for is nowhere (else) */
	int64_t painted;               /* the world's revision */
	long long painted_at;          /* milliseconds */
	long long paint_credit;        /* milliseconds: each painting takes PAINT_EVERY of it */
	char *line;                    /* (owned) the line being edited, as it was painted last */
	char *prompt;                  /* (owned) */
	size_t point;
};

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what is shown ---- */

/* Asked for whenever there are more sides, of which one may be on another host, and when settings may have changed. */
static void ask_ranges(struct screen *screen)
{
	struct session *session = screen->session;

	if (screen->sides_asked == session->world.side_count && screen->sysctls_asked == session->sysctls)
		return;
	screen->sides_asked = session->world.side_count;
	screen->sysctls_asked = session->sysctls;
	ranges_ask(session);
}

static int64_t ranges_revision(const struct screen *screen)
{
	return screen->session->ranges == NULL ? 0 : screen->session->ranges->revision;
}

static struct view view_of(struct screen *screen)
{
	const struct session *session = screen->session;

	ladder_update(&screen->ladder, &session->log);
	changes_update(&screen->changes, &session->log);
	ask_ranges(screen);
	struct view view = {
		.world = &session->world,
		.log = &session->log,
		.ladder = &screen->ladder,
		.changes = &screen->changes,
		.transcript = &screen->transcript,
		.current = session->current,
		.now = session_time(session),
		.prompt = screen->prompt,
		.line = screen->line,
		.point = screen->point,
		.segment = screen->desk.segment,
		.socket = screen->desk.socket,
		.needle = screen->desk.needle,
		.bare = screen->desk.zoomed,
		.missed = screen->missed,
		.ranges = session->ranges == NULL ? NULL : session->ranges->items,
		.range_count = session->ranges == NULL ? 0 : session->ranges->count,
		.veil = veil_of(session),
	};
	moment_apply(&screen->moment, &view);
	return view;
}

static void bound_scrolls(struct screen *screen, const struct view *view)
{
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		const struct place *place = &screen->layout.panes[pane];
		size_t rows, seen = place->rows > 2 ? place->rows - 2 : 1;

		if (screen->desk.scroll[pane] == 0 || place->rows == 0)
			continue;
		rows = pane_spec((enum pane)pane)->rows(view, place->columns);
		if (screen->desk.scroll[pane] + seen > rows)
			screen->desk.scroll[pane] = rows > seen ? rows - seen : 0;
	}
}

static void compose_view(struct screen *screen, struct canvas *canvas, const struct view *view)
{
	layout_init(&screen->layout, screen->rows, screen->columns, view, &screen->desk);
	bound_scrolls(screen, view);
	canvas_init(canvas, screen->rows, screen->columns, safe_charset() == SHOW_UTF8);
	compose(canvas, view, &screen->desk, &screen->layout);
}

/* ---- as the prompt's painter ---- */

static void set_later(struct screen *screen, double seconds)
{
	struct timeval time = { .tv_sec = (time_t)seconds };

	time.tv_usec = (suseconds_t)((seconds - (double)time.tv_sec) * 1e6);
	event_add(screen->later, &time);
}

static void on_later(evutil_socket_t fd, short what, void *context)
{
	struct screen *screen = context;

	(void)fd;
	(void)what;
	screen->dirty = true;
}

static void on_print(void *owner, const char *text, enum style style)
{
	struct screen *screen = owner;

	screen->transcript.place = past_now(&screen->session->log);
	transcript_add(&screen->transcript, text, style);
	screen->printed = true;
}

static void on_begin(void *owner)
{
	struct screen *screen = owner;

	/* What it brings about is now. */
	moment_now(&screen->moment);
	transcript_begin(&screen->transcript);
	if (screen->pages)
		transcript_keep_unread(&screen->transcript, screen->desk.scroll[PANE_transcript]);
	screen->pages = false;
	screen->desk.scroll[PANE_transcript] = 0;
	if (screen->desk.wish[PANE_help] == DESK_OPEN)
		screen->desk.wish[PANE_help] = DESK_CLOSED;
	screen->dirty = true;
}

/* The last row says how much more there is. */
bool screen_shows_beginning(struct screen *screen)
{
	struct view view = view_of(screen);
	size_t room, left;

	layout_init(&screen->layout, screen->rows, screen->columns, &view, &screen->desk);
	room = screen->layout.panes[PANE_transcript].rows;
	if (room < 2 || pane_transcript_left(&view, screen->columns, room) == 0)
		return false;
	left = pane_transcript_left(&view, screen->columns, room - 1);
	screen->desk.scroll[PANE_transcript] = left;
	screen->dirty = true;
	return true;
}

bool screen_turns_page(struct screen *screen)
{
	if (!screen_shows_beginning(screen))
		return false;
	screen->pages = true;
	return true;
}

static bool wants(void *owner)
{
	struct screen *screen = owner;
	long long credit = screen->paint_credit + milliseconds_now() - screen->painted_at;

	if (screen->dirty || screen->paper.all)
		return true;
	if (screen->painted == screen->session->world.revision && !screen->printed &&
	    screen->ranges == ranges_revision(screen))
		return false;
	if (credit >= PAINT_EVERY)
		return true;
	set_later(screen, (double)(PAINT_EVERY - credit) / 1000);
	return false;
}

/* What was not painted meanwhile may be at once. */
static void note_painted(struct screen *screen)
{
	const long long most = (long long)PAINT_EVERY * PAINTS_AT_ONCE;
	long long now = milliseconds_now(), credit = screen->paint_credit + now - screen->painted_at - PAINT_EVERY;

	screen->paint_credit = credit < 0 ? 0 : credit > most ? most : credit;
	screen->painted_at = now;
	screen->painted = screen->session->world.revision;
	screen->ranges = ranges_revision(screen);
	screen->dirty = screen->printed = false;
}

static void note_line(struct screen *screen, const struct prompt_line *line)
{
	free(screen->prompt);
	free(screen->line);
	screen->prompt = xstrdup(line->prompt);
	screen->line = xstrdup(line->line);
	screen->point = line->point;
}

static void plan(struct screen *screen, const struct view *view)
{
	double next = view->moment != NULL ? -1 : view_next_change(view);

	if (next < 0)
		event_del(screen->later);
	else
		set_later(screen, next > view->now ? next - view->now + 0.001 : 0.001);
}

static void paint(void *owner, const struct prompt_line *line, struct text *bytes)
{
	struct screen *screen = owner;
	struct canvas canvas;
	struct view view;

	note_line(screen, line);
	view = view_of(screen);
	view.busy = line->busy;
	view.progress = line->progress;
	compose_view(screen, &canvas, &view);
	paper_show(&screen->paper, &canvas, !line->busy || line->line[0] != '\0');
	canvas_release(&canvas);
	paper_take(&screen->paper, bytes);
	note_painted(screen);
	plan(screen, &view);
}

/* The diagram's figure needs all the room there is. */
static bool is_small(const struct screen *screen)
{
	return screen->columns < LAYOUT_WIDE && screen->rows < LAYOUT_TALL;
}

static void resize(void *owner, size_t columns, size_t rows)
{
	struct screen *screen = owner;

	screen->columns = columns;
	screen->rows = rows;
	desk_fit(&screen->desk, is_small(screen));
	paper_resize(&screen->paper, columns, rows);
}

static void leave(void *owner, struct text *bytes)
{
	struct screen *screen = owner;

	paper_leave(&screen->paper, bytes);
}

/* ---- keys ---- */

static void toggle(struct screen *screen, enum pane pane)
{
	bool shown = layout_shows(&screen->layout, pane);

	desk_toggle(&screen->desk, pane, shown);
	desk_fit(&screen->desk, is_small(screen));
}

static void focus_next(struct screen *screen)
{
	bool shown[PANE_COUNT];

	for (int pane = 0; pane < PANE_COUNT; pane++)
		shown[pane] = layout_shows(&screen->layout, (enum pane)pane);
	desk_focus_next(&screen->desk, shown);
}

/* A line for the session; it comes from a key. */
static const char *command(struct screen *screen, char *line)
{
	free(screen->command);
	screen->command = line;
	return line;
}

static const char *next_side(struct screen *screen)
{
	const struct world *world = &screen->session->world;
	const char *current = screen->session->current;
	size_t at = 0;

	for (size_t i = 0; current != NULL && i < world->side_count; i++)
		if (world->sides[i].alive && string_is(world->sides[i].name, current))
			at = i + 1;
	for (size_t i = 0; i < world->side_count; i++) {
		const struct world_side *side = &world->sides[(at + i) % world->side_count];

		if (side->alive)
			return command(screen, text_format("%s:", side->name));
	}
	return NULL;
}

static size_t rows_of(const struct screen *screen, enum pane pane)
{
	size_t rows = screen->layout.panes[pane].rows;

	return rows > 2 ? rows - 2 : 1;
}

/* The chosen segment's row comes in sight. */
static void show_chosen(struct screen *screen)
{
	size_t count = ladder_count(&screen->ladder), index = count, below, room = rows_of(screen, PANE_wire);
	size_t *scroll = &screen->desk.scroll[PANE_wire];

	while (index-- > 0)
		if (ladder_row(&screen->ladder, index)->kind == LADDER_SEGMENT &&
		    ladder_row(&screen->ladder, index)->n <= screen->desk.segment)
			break;
	room = room > LADDER_HEADER_LINES + 2 ? room - LADDER_HEADER_LINES - 1 : 1;
	below = index < count ? count - 1 - index : 0;
	if (*scroll > below)
		*scroll = below;
	else if (below >= *scroll + room)
		*scroll = below - room + 1;
}

static void choose(struct screen *screen, bool before)
{
	struct view view = view_of(screen);

	if (screen->desk.focus == PANE_info) {
		desk_choose_socket(&screen->desk, &view, before);
		return;
	}
	desk_choose_segment(&screen->desk, &view, before);
	show_chosen(screen);
}

static void search_on(struct screen *screen, bool before)
{
	struct view view = view_of(screen);

	if (!search_go(&screen->desk, &view, rows_of(screen, search_pane(&screen->desk)), before))
		screen->missed = screen->desk.needle[0] != '\0';
}

static void on_answer(void *owner, const char *text)
{
	struct screen *screen = owner;
	size_t len = strlen(text) < DESK_NEEDLE ? strlen(text) : DESK_NEEDLE - 1;
	struct view view;

	screen->dirty = true;
	screen->missed = false;
	if (len == 0 && screen->desk.needle[0] != '\0') {
		screen->desk.needle[0] = '\0';
		return;
	}
	memcpy(screen->desk.needle, text, len);
	screen->desk.needle[len] = '\0';
	view = view_of(screen);
	screen->missed = len > 0 &&
		!search_begin(&screen->desk, &view, rows_of(screen, search_pane(&screen->desk)));
}

/* Lines back (or on) that a key scrolls; 0: it is no such key. */
static long scrolled_by(const struct screen *screen, enum action action)
{
	long page = (long)rows_of(screen, screen->desk.focus) - 1;

	page = page > 1 ? page : 1;
	if (action == ACTION_first || action == ACTION_last)
		return action == ACTION_first ? DESK_ALL_ROWS : -DESK_ALL_ROWS;
	if (action == ACTION_page_up || action == ACTION_page_down)
		return action == ACTION_page_up ? page : -page;
	if (action == ACTION_line_up || action == ACTION_line_down)
		return action == ACTION_line_up ? 1 : -1;
	return 0;
}

static void look_at_time(struct screen *screen, enum action action, int count)
{
	if (action == ACTION_back)
		moment_back(&screen->moment, &screen->session->log, count);
	else if (action == ACTION_on)
		moment_on(&screen->moment, &screen->session->log, count);
	else
		moment_now(&screen->moment);
}

/* What only changes what is seen. */
static void look(struct screen *screen, enum action action, int count)
{
	if (action == ACTION_panes)
		focus_next(screen);
	else if (action == ACTION_zoom)
		desk_zoom(&screen->desk);
	else if (action == ACTION_search)
		prompt_ask("search: ");
	else if (action == ACTION_back || action == ACTION_on || action == ACTION_now)
		look_at_time(screen, action, count);
	else if (action == ACTION_choose_up || action == ACTION_choose_down)
		choose(screen, action == ACTION_choose_up);
	else if (action == ACTION_search_back || action == ACTION_search_on)
		search_on(screen, action == ACTION_search_back);
	else
		desk_scroll(&screen->desk, scrolled_by(screen, action) * count);
}

/* The line of the session that a key stands for; NULL: it stands for none. */
static const char *line_of(struct screen *screen, enum action action)
{
	const char *wire = screen->session->world.wire;

	if (action == ACTION_step)
		return "step";
	if (action == ACTION_drop)
		return "drop";
	if (action == ACTION_duplicate)
		return "duplicate";
	if (action == ACTION_hold)
		return wire != NULL && string_is(wire, "hold") ? "wire flow" : "wire hold";
	if (action != ACTION_side)
		return NULL;
	screen->desk.socket = 0;
	return next_side(screen);
}

static const char *act(void *owner, enum action action, int count)
{
	struct screen *screen = owner;
	/* While a lesson asks, it would be taken for the answer. */
	const char *line = session_asked(screen->session) == NULL ? line_of(screen, action) : NULL;
	bool toggled = false;

	screen->dirty = true;
	screen->missed = false;
	for (int pane = 0; pane < PANE_COUNT; pane++)
		if (pane_spec((enum pane)pane)->key == action) {
			toggle(screen, (enum pane)pane);
			toggled = true;
		}
	if (line == NULL && !toggled)
		look(screen, action, count);
	return line;
}

/* What the transcript has, and what the wire gives it. */
static void list_size(void *owner, size_t *columns, size_t *rows)
{
	const struct screen *screen = owner;
	size_t both = screen->layout.panes[PANE_transcript].rows + screen->layout.panes[PANE_wire].rows;

	*columns = screen_columns(screen);
	if (both > 0)
		*rows = layout_transcript_most(both, &screen->ladder);
}

static const struct prompt_painter painter = {
	.print = on_print,
	.begin = on_begin,
	.wants = wants,
	.paint = paint,
	.resize = resize,
	.leave = leave,
	.act = act,
	.answer = on_answer,
	.list_size = list_size,
};

/* ---- ---- */

struct screen *screen_new(struct event_base *base, struct session *session)
{
	struct screen *screen = xcalloc(1, sizeof(*screen));

	screen->session = session;
	if (!paper_open(&screen->paper)) {
		paper_close(&screen->paper);
		free(screen);
		return NULL;
	}
	ladder_init(&screen->ladder, NULL, NULL);
	changes_init(&screen->changes);
	transcript_init(&screen->transcript);
	desk_init(&screen->desk);
	moment_init(&screen->moment);
	session->detailed = true;
	screen->prompt = xstrdup("");
	screen->line = xstrdup("");
	screen->dirty = true;
	screen->later = event_new(base, -1, 0, on_later, screen);
	if (screen->later == NULL)
		die("no event for the screen");
	prompt_set_painter(&painter, screen);
	return screen;
}

void screen_free(struct screen *screen)
{
	if (screen == NULL)
		return;
	paper_close(&screen->paper);
	moment_release(&screen->moment);
	free(screen->command);
	event_free(screen->later);
	ladder_release(&screen->ladder);
	changes_release(&screen->changes);
	transcript_release(&screen->transcript);
	free(screen->line);
	free(screen->prompt);
	free(screen);
}

size_t screen_columns(const struct screen *screen)
{
	size_t columns = screen->layout.panes[PANE_transcript].columns;

	return columns > 0 ? columns : screen->columns;
}

bool screen_save(struct screen *screen, const char *path, struct text *message)
{
	struct view view = view_of(screen);
	struct canvas canvas;
	bool ok;

	compose_view(screen, &canvas, &view);
	ok = snapshot_write(&canvas, path, message);
	canvas_release(&canvas);
	return ok;
}
