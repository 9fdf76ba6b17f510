#include "session/all_sockets.h"

#include <netinet/in.h>
#include <string.h>

#include "base/mem.h"
#include "session/rendering.h"

/* A list of more rows than these is not held back for its end: its count stands behind it, and if sockets came and
 * went meanwhile it is not made anew. */
enum { PART = 64 };

struct printer {
	struct text *out;
	const struct inquiry *inquiry;
	const struct all_sockets_taker *taker;
	const char *host;
	int protocol;
	struct columns table;
	size_t count;
	bool begun; /* a part was taken */
	int state;  /* of the last one */
	const char *state_name;
};

const struct column all_sockets_columns[ALL_SOCKETS_COLUMNS] = {
	{ .heading = "proto" }, { .heading = "local", .shrinks = true }, { .heading = "peer", .shrinks = true },
	{ .heading = "state" }, { .heading = "recvq", .right = true }, { .heading = "sendq", .right = true },
	{ .heading = "descriptors" },
};

static const char *const NONE = "-";

/* ---- a row ---- */

static void add_cell_text(struct columns *table, struct text *cell)
{
	columns_add(table, cell->data);
	text_release(cell);
}

/* "uid 1000": in 80 columns there is no room for more. */
static void add_holder(struct columns *table, const struct inquiry *inquiry, const char *host,
		       const struct socket_facts *facts)
{
	static const char foreign[] = "foreign, ";
	struct text cell;

	text_init(&cell);
	inquiry_add_holder(&cell, inquiry, host, facts);
	columns_add(table, cell.data + (string_starts_with(cell.data, foreign) ? strlen(foreign) : 0));
	text_release(&cell);
}

static void add_unmapped(struct columns *table, const struct address *address)
{
	struct address plain = address_unmapped(address);
	struct text cell;

	text_init(&cell);
	if (address_is_ip(&plain) && address_port(&plain) == 0)
		text_add(&cell, NONE);
	else
		address_print(&cell, &plain);
	columns_add(table, cell.len == 0 || string_is(cell.data, "unix:") ? NONE : cell.data);
	text_release(&cell);
}

/* Most are in the state of the one before; the tables of names are long. */
static const char *state_name(struct printer *printer, const struct socket_facts *facts)
{
	if (printer->state_name == NULL || printer->state != facts->state)
		printer->state_name = facts_state_name(facts);
	printer->state = facts->state;
	return printer->state_name;
}

static void add_facts(struct printer *printer, const struct socket_facts *facts)
{
	struct columns *table = &printer->table;
	struct text cell;

	text_init(&cell);
	rendering_protocol(&cell, rendering_protocol_name(facts->protocol), facts->family);
	add_cell_text(table, &cell);
	if (address_is_wildcard(&facts->local) && address_port(&facts->local) != 0) {
		text_init(&cell);
		address_print(&cell, &facts->local);
		add_cell_text(table, &cell);
	} else {
		add_unmapped(table, &facts->local);
	}
	add_unmapped(table, &facts->peer);
	columns_add(table, state_name(printer, facts));
	columns_add_number(table, facts->recvq);
	columns_add_number(table, facts->sendq);
	add_holder(table, printer->inquiry, printer->host, facts);
}

/* ---- rows as they come ---- */

static void take_part(struct printer *printer)
{
	struct text *out = printer->out;

	if (!printer->begun)
		text_addf(out, "%s %s:\n", printer->host, rendering_protocol_name(printer->protocol));
	printer->begun = true;
	columns_print_part(out, &printer->table, COLUMNS_WIDTH);
	if (out->len > 0)
		text_cut(out, out->len - 1);
	printer->taker->take(printer->taker->owner, out->data);
	text_clear(out);
}

static void add_row(void *context, const struct socket_facts *facts)
{
	struct printer *printer = context;

	add_facts(printer, facts);
	printer->count++;
	if (printer->taker != NULL && columns_rows(&printer->table) == PART)
		take_part(printer);
}

static bool forget_rows(void *context)
{
	struct printer *printer = context;

	if (printer->begun)
		return false;
	columns_clear(&printer->table);
	printer->count = 0;
	return true;
}

static void add_count(const struct printer *printer, enum dump dump, const char *reason)
{
	struct text *out = printer->out;

	text_addf(out, "%s %s: ", printer->host, rendering_protocol_name(printer->protocol));
	if (dump == DUMP_FAILED)
		text_addf(out, "not known%s: %s\n", printer->begun ? ", but those above" : "", reason);
	else
		text_addf(out, "%zu%s\n", printer->count,
			  dump == DUMP_INCONSISTENT ? ", some may be missing or twice: they changed meanwhile" : "");
}

static void print_protocol(struct printer *printer)
{
	const struct diag_filter filter = { .protocol = printer->protocol };
	const struct diag_visitor visitor = { .socket = add_row, .again = forget_rows, .context = printer };
	const struct inquiry *inquiry = printer->inquiry;
	struct text reason;
	enum dump dump;

	text_init(&reason);
	columns_init(&printer->table, all_sockets_columns, ALL_SOCKETS_COLUMNS);
	dump = inquiry->ops->dump(inquiry->owner, printer->host, &filter, &visitor, &reason);
	if (dump == DUMP_FAILED)
		columns_clear(&printer->table);
	if (!printer->begun)
		add_count(printer, dump, reason.data);
	columns_print_part(printer->out, &printer->table, COLUMNS_WIDTH);
	if (printer->begun)
		add_count(printer, dump, reason.data);
	columns_release(&printer->table);
	text_release(&reason);
}

void all_sockets_print(struct text *out, const struct inquiry *inquiry, const struct all_sockets_taker *taker)
{
	static const int protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_RAW, 0 };

	for (size_t i = 0; i < inquiry->world->host_count; i++)
		for (size_t j = 0; j < COUNT_OF(protocols); j++) {
			struct printer printer = {
				.out = out, .inquiry = inquiry, .taker = taker,
				.host = inquiry->world->hosts[i].name, .protocol = protocols[j],
			};

			print_protocol(&printer);
		}
}
