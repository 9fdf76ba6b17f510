#include "side/lab_land.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

void lab_land_init(struct lab_land *land, enum lab_link_kind link, int lifeline)
{
	*land = (struct lab_land){ .link = link, .lifeline = lifeline, .wire = -1, .files = { -1, -1 } };
	text_init(&land->notes);
	text_init(&land->names);
}

bool lab_land_open(struct lab_land *land, struct text *message)
{
	lab_files_begin(&land->files, &land->notes);
	land->wire = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (land->wire >= 0)
		return true;
	text_addf(message, "the agent's own network namespace cannot be kept: %s", strerror(errno));
	return false;
}

void lab_land_release(struct lab_land *land)
{
	for (size_t i = 0; i < land->count; i++)
		lab_host_release(&land->hosts[i]);
	free(land->hosts);
	lab_files_release(&land->files);
	text_release(&land->notes);
	text_release(&land->names);
	if (land->wire >= 0)
		close(land->wire);
	close(land->lifeline);
}

/* ---- hosts ---- */

struct lab_host *lab_land_find(const struct lab_land *land, const char *name)
{
	for (size_t i = 0; i < land->count; i++)
		if (string_is(land->hosts[i].name, name))
			return &land->hosts[i];
	return NULL;
}

static bool has_address(const struct lab_host *host, const struct lab_address *address)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (lab_address_is(&host->addresses[i], address))
			return true;
	return false;
}

const struct lab_host *lab_land_owner(const struct lab_land *land, const struct lab_address *address)
{
	for (size_t i = 0; i < land->count; i++)
		if (has_address(&land->hosts[i], address))
			return &land->hosts[i];
	return NULL;
}

void lab_land_return(const struct lab_land *land)
{
	if (setns(land->wire, CLONE_NEWNET) != 0)
		die("the agent cannot return from a host: %s", strerror(errno));
}

static bool set_rto_min(const struct lab_land *land, const struct lab_host *host, struct text *message)
{
	bool ok;

	lab_host_enter(host);
	ok = lab_host_set_rto_min(host, land->rto_min, message);
	lab_land_return(land);
	return ok;
}

bool lab_land_set_rto_min(struct lab_land *land, unsigned milliseconds, struct text *message)
{
	land->rto_min = milliseconds;
	for (size_t i = 0; i < land->count; i++)
		if (!set_rto_min(land, &land->hosts[i], message))
			return false;
	return true;
}

/* ---- names ---- */

void lab_land_add_name(struct text *lines, const struct lab_host *host, const char *name)
{
	for (size_t i = 0; i < host->address_count; i++) {
		lab_address_print(lines, &host->addresses[i]);
		text_addf(lines, " %s\n", name);
	}
}

static void write_names(const struct lab_land *land)
{
	struct text lines;

	text_init(&lines);
	text_add(&lines, "127.0.0.1 localhost\n::1 localhost\n");
	for (size_t i = 0; i < land->count; i++)
		lab_land_add_name(&lines, &land->hosts[i], land->hosts[i].name);
	text_add_bytes(&lines, land->names.data, land->names.len);
	lab_files_write_hosts(&land->files, &lines);
	text_release(&lines);
}

void lab_land_set_names(struct lab_land *land, struct text *lines)
{
	text_release(&land->names);
	land->names = *lines;
	write_names(land);
}

void lab_land_keep(struct lab_land *land, const struct lab_host *host)
{
	land->link = host->link;
	land->hosts = array_grow(land->hosts, land->count, &land->room, sizeof(*land->hosts));
	land->hosts[land->count++] = *host;
	if (land->rto_min > 0)
		set_rto_min(land, host, &land->notes);
	write_names(land);
}
