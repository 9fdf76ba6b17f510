#include "session/columns.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { COLUMNS_MAX = 12, GAP = 2, NARROWEST = 8 };

/* How the columns of one table lie. */
struct columns_layout {
	size_t cells[COLUMNS_MAX];  /* the widest cell; 0: nothing stands there */
	size_t widths[COLUMNS_MAX]; /* 0: left out */
	size_t begins[COLUMNS_MAX];
	size_t last;                /* the last column that is there */
	size_t width;
};

void columns_init(struct columns *table, const struct column *columns, size_t count)
{
	*table = (struct columns){ .columns = columns, .count = count < COLUMNS_MAX ? count : COLUMNS_MAX };
}

void columns_clear(struct columns *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i]);
	table->cell_count = 0;
}

void columns_release(struct columns *table)
{
	columns_clear(table);
	free(table->cells);
	free(table->layout);
	*table = (struct columns){ 0 };
}

static void add_owned(struct columns *table, char *cell)
{
	table->cells = array_grow(table->cells, table->cell_count, &table->room, sizeof(*table->cells));
	table->cells[table->cell_count++] = cell;
}

void columns_add(struct columns *table, const char *cell)
{
	add_owned(table, xstrdup(cell == NULL ? "" : cell));
}

void columns_addf(struct columns *table, const char *format, ...)
{
	struct text text;
	va_list args;

	text_init(&text);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	add_owned(table, text_take(&text));
	text_release(&text);
}

void columns_add_number(struct columns *table, int64_t number)
{
	struct text text;

	text_init(&text);
	text_add_int(&text, number);
	add_owned(table, text_take(&text));
}

size_t columns_rows(const struct columns *table)
{
	return table->cell_count / table->count;
}

/* Characters; what stands in a table takes one place each. */
static size_t width_of(const char *string, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++)
		width += ((unsigned char)string[i] & 0xc0) != 0x80;
	return width;
}

static size_t whole_width(const char *string)
{
	return width_of(string, strlen(string));
}

static void add_spaces(struct text *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_add_char(out, ' ');
}

/* ---- folding ---- */

static void new_line(struct text *out, size_t begin)
{
	text_add_char(out, '\n');
	add_spaces(out, begin);
}

/* To the next space; what stands in `backquotes` is typed as it is, and stays together. */
static size_t fold_length(const char *string)
{
	const char *at = string;
	bool quoted = false;

	for (; *at != '\0' && (quoted || *at != ' '); at++)
		quoted ^= *at == '`';
	return (size_t)(at - string);
}

void columns_fold(struct text *out, const char *string, size_t begin, size_t width)
{
	size_t at = begin;

	while (*string != '\0') {
		size_t len = fold_length(string), word = width_of(string, len);

		if (at > begin && at + 1 + word > width) {
			new_line(out, begin);
			at = begin;
		} else if (at > begin) {
			text_add_char(out, ' ');
			at++;
		}
		text_add_bytes(out, string, len);
		at += word;
		string += len;
		string += strspn(string, " ");
	}
}

/* ---- layout ---- */

/* 0 for a column in which nothing stands. */
static size_t widest_cell(const struct columns *table, size_t column)
{
	size_t widest = 0;

	for (size_t i = column; i < table->cell_count; i += table->count) {
		size_t width = whole_width(table->cells[i]);

		widest = width > widest ? width : widest;
	}
	return widest;
}

/* True: some are wider than before. */
static bool take_widest(size_t *cells, const struct columns *table)
{
	bool wider = false;

	for (size_t i = 0; i < table->count; i++) {
		size_t width = widest_cell(table, i);

		wider = wider || width > cells[i];
		cells[i] = width > cells[i] ? width : cells[i];
	}
	return wider;
}

static size_t total_width(const struct columns_layout *layout, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += layout->widths[i] + (i < layout->last && layout->widths[i] > 0 ? GAP : 0);
	return total;
}

/* The last column, which is folded, before any other. */
static size_t *widest_that_shrinks(const struct columns *table, struct columns_layout *layout)
{
	size_t *widest = NULL, *last = &layout->widths[layout->last];

	if (*last > NARROWEST && *last > whole_width(table->columns[layout->last].heading))
		return last;

	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].shrinks && layout->widths[i] > NARROWEST &&
		    layout->widths[i] > whole_width(table->columns[i].heading) &&
		    (widest == NULL || layout->widths[i] > *widest))
			widest = &layout->widths[i];
	return widest;
}

static void lay_out(struct columns_layout *layout, const struct columns *table, const size_t *cells, size_t width)
{
	size_t begin = 0, *widest;

	*layout = (struct columns_layout){ .width = width };
	for (size_t i = 0; i < table->count; i++) {
		size_t heading = whole_width(table->columns[i].heading), cell = cells[i];

		layout->cells[i] = cell;
		layout->widths[i] = cell == 0 ? 0 : cell > heading ? cell : heading;
		layout->last = cell == 0 ? layout->last : i;
	}
	while (total_width(layout, table->count) > width && (widest = widest_that_shrinks(table, layout)) != NULL)
		(*widest)--;
	for (size_t i = 0; i < table->count; i++) {
		layout->begins[i] = begin;
		begin += layout->widths[i] == 0 ? 0 : layout->widths[i] + GAP;
	}
}

/* ---- printing ---- */

/* A row that is being printed, and how far its line has come. */
struct row {
	struct text *out;
	const struct columns *table;
	const struct columns_layout *layout;
	size_t at;
};

static void add_cell(struct row *row, size_t column, const char *cell)
{
	const struct columns_layout *layout = row->layout;
	size_t width = whole_width(cell), begin = layout->begins[column];

	if (row->table->columns[column].right && width < layout->widths[column])
		begin += layout->widths[column] - width;
	if (row->at > begin || (row->at == begin && row->at > 0)) {
		text_add_char(row->out, '\n');
		row->at = 0;
	}
	add_spaces(row->out, begin - row->at);
	if (column == layout->last)
		columns_fold(row->out, cell, begin, layout->width > begin ? layout->width : begin);
	else
		text_add(row->out, cell);
	row->at = begin + width;
}

static void print_headings(struct row *row)
{
	for (size_t i = 0; i < row->table->count; i++)
		if (row->layout->widths[i] > 0 && *row->table->columns[i].heading != '\0')
			add_cell(row, i, row->table->columns[i].heading);
	text_add_char(row->out, '\n');
}

static void print_row(struct row *row, char *const *cells)
{
	row->at = 0;
	for (size_t i = 0; i < row->table->count; i++)
		if (*cells[i] != '\0')
			add_cell(row, i, cells[i]);
	text_add_char(row->out, '\n');
}

void columns_print(struct text *out, const struct columns *table, size_t width)
{
	struct columns_layout layout;
	struct row row = { .out = out, .table = table, .layout = &layout };

	size_t cells[COLUMNS_MAX] = { 0 };

	if (table->cell_count == 0)
		return;
	take_widest(cells, table);
	lay_out(&layout, table, cells, width);
	print_headings(&row);
	for (size_t i = 0; i < columns_rows(table); i++)
		print_row(&row, &table->cells[i * table->count]);
}

void columns_print_part(struct text *out, struct columns *table, size_t width)
{
	struct row row = { .out = out, .table = table };
	size_t cells[COLUMNS_MAX] = { 0 };

	if (table->cell_count == 0)
		return;
	if (table->layout == NULL)
		table->layout = xcalloc(1, sizeof(*table->layout));
	memcpy(cells, table->layout->cells, sizeof(cells));
	row.layout = table->layout;
	if (take_widest(cells, table)) {
		lay_out(table->layout, table, cells, width);
		print_headings(&row);
	}
	for (size_t i = 0; i < columns_rows(table); i++)
		print_row(&row, &table->cells[i * table->count]);
	columns_clear(table);
}
