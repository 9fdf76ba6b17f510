#include "session/complete.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/expect.h"
#include "session/offers.h"
#include "session/place.h"
#include "session/settings.h"

/* One completion under way. */
struct completing {
	struct offers offers;
	const struct place *place;
};

static const struct syntax *arg_at(const struct completing *completing, size_t index)
{
	const struct syntax_list *args = &completing->place->args;

	return index < args->count ? &args->items[index] : NULL;
}

static const char *word_at(const struct completing *completing, size_t index)
{
	const struct syntax *arg = arg_at(completing, index);

	return arg != NULL && arg->kind == SYNTAX_WORD ? arg->text : "";
}

/* The row of the descriptor that the word stands for; NULL: none is open. */
static const struct world_fd *row_of(const struct completing *completing, const char *word)
{
	const struct world_side *side = completing->offers.side;
	int fd;

	if (side == NULL || !session_descriptor(completing->offers.session, side->name, word, &fd))
		return NULL;
	return world_fd(side, fd);
}

/* ---- which argument is it? ---- */

static bool is_number(const struct syntax *given)
{
	char *end;

	errno = 0;
	if (given->kind != SYNTAX_WORD)
		return false;
	strtoll(given->text, &end, 0);
	return given->len > 0 && *end == '\0' && errno == 0;
}

static bool is_constant(const struct syntax *given, enum constant_group group)
{
	struct text message;
	long long value;
	bool known;

	text_init(&message);
	known = given->kind == SYNTAX_WORD && constant_read_flags(group, given->text, &value, &message);
	text_release(&message);
	return known;
}

/* Is what stands there meant for an argument that may be left out? */
static bool fits(const struct arg_spec *arg, const struct syntax *given)
{
	if (arg->type == ARG_CONSTANT || arg->type == ARG_LEVEL)
		return is_constant(given, arg->group);
	if (arg->type == ARG_DATA_LEN || arg->type == ARG_SECONDS || arg->type == ARG_MODE)
		return is_number(given);
	if (arg->type == ARG_OFFSET)
		return given->kind == SYNTAX_LIST;
	if (arg->type == ARG_ADDRESS)
		return given->kind == SYNTAX_WORD && strchr(given->text, ':') != NULL;
	return given->kind == SYNTAX_WORD || given->kind == SYNTAX_STRING;
}

static bool is_given_by_kernel(const struct arg_spec *arg)
{
	return arg->need == ARG_OUT || arg->need == ARG_KEYED_OUT || arg->need == ARG_HIDDEN;
}

static bool is_passed_over(const struct arg_spec *arg, const struct syntax *given)
{
	if (is_given_by_kernel(arg))
		return given->kind != SYNTAX_PLACEHOLDER;
	return arg->need == ARG_KEYED || (arg->need == ARG_OPTIONAL && !fits(arg, given));
}

static bool is_short_form(const char *word)
{
	const char *form;

	for (size_t i = 0; (form = call_short_form(i)) != NULL; i++)
		if (string_is(form, word))
			return true;
	return false;
}

static bool makes_sockets(const struct call_spec *spec)
{
	return spec->id == CALL_socket || spec->id == CALL_socketpair;
}

/* The argument of the table that the next word would be for; `given` are those of the line. */
static size_t next_argument(const struct completing *completing)
{
	const struct call_spec *spec = completing->place->call;
	size_t next = 0, count = call_arg_count(spec);

	/* A short form is family, type and protocol in one. */
	if (makes_sockets(spec) && is_short_form(word_at(completing, 0)))
		return count;
	for (size_t i = 0; arg_at(completing, i) != NULL; i++) {
		const struct syntax *given = arg_at(completing, i);

		if (given->key != NULL)
			continue;
		while (next < count && is_passed_over(&spec->args[next], given))
			next++;
		next += next < count;
	}
	return next;
}

/* ---- arguments by their type ---- */

/* Offers what an argument number `index` of the call may be. */
typedef void complete_function(struct completing *completing, const struct call_spec *spec, size_t index);

static const struct event_fd *first_row(const struct completing *completing)
{
	const struct world_fd *fd = row_of(completing, word_at(completing, 0));

	return fd == NULL ? NULL : &fd->row;
}

static void complete_fd(struct completing *completing, const struct call_spec *spec, size_t index)
{
	offer_descriptors(&completing->offers, offer_fits_of(spec->name, index > 0), "", "");
}

static void complete_constant(struct completing *completing, const struct call_spec *spec, size_t index)
{
	if (index == 0 && makes_sockets(spec))
		offer_short_forms(&completing->offers);
	offer_constants(&completing->offers, spec->args[index].group);
}

static void complete_address(struct completing *completing, const struct call_spec *spec, size_t index)
{
	(void)index;
	if (spec->id == CALL_bind)
		offer_local_addresses(&completing->offers, first_row(completing));
	else
		offer_targets(&completing->offers, spec->args[0].type == ARG_FD ? first_row(completing) : NULL);
}

static void complete_data(struct completing *completing, const struct call_spec *spec, size_t index)
{
	const struct world_side *side = completing->offers.side;

	(void)spec;
	(void)index;
	if (*completing->offers.word == '@')
		offer_files(&completing->offers, "@");
	else if (side != NULL && side->received != NULL)
		offer(&completing->offers, "received", "what this side received last");
}

/* The level that was given; -1: none. */
static long long level_given(const struct completing *completing)
{
	long long level;

	return constant_value(GROUP_LEVEL, word_at(completing, 1), &level) ? level : -1;
}

static void complete_option(struct completing *completing, const struct call_spec *spec, size_t index)
{
	(void)spec;
	(void)index;
	offer_options(&completing->offers, (int)level_given(completing));
}

static const struct option_spec *option_given(const struct completing *completing)
{
	long long level = level_given(completing);
	const char *name = word_at(completing, level < 0 ? 1 : 2);
	size_t count;
	const struct option_spec *all = options_all(&count);

	for (size_t i = 0; i < count; i++)
		if (string_is(all[i].name, name) && (level < 0 || all[i].level == level))
			return &all[i];
	return NULL;
}

static void complete_option_value(struct completing *completing, const struct call_spec *spec, size_t index)
{
	(void)spec;
	(void)index;
	offer_option_value(&completing->offers, option_given(completing));
}

static void complete_path(struct completing *completing, const struct call_spec *spec, size_t index)
{
	(void)spec;
	(void)index;
	offer_files(&completing->offers, "");
}

/* The host of getaddrinfo; a service has no list here. */
static void complete_text(struct completing *completing, const struct call_spec *spec, size_t index)
{
	(void)spec;
	if (index > 0)
		return;
	offer_sides(&completing->offers, "");
	offer_hosts(&completing->offers, "");
}

static void complete_fcntl(struct completing *completing, const struct call_spec *spec, size_t index)
{
	const char *command = word_at(completing, 1);

	(void)spec;
	(void)index;
	if (string_is(command, "F_SETFL"))
		offer_constants(&completing->offers, GROUP_OPEN);
	else if (string_is(command, "F_SETFD"))
		offer_constants(&completing->offers, GROUP_FD_FLAG);
}

static void complete_ioctl(struct completing *completing, const struct call_spec *spec, size_t index)
{
	const char *request = word_at(completing, 1);

	(void)spec;
	(void)index;
	if (!string_is(request, "FIONBIO") && !string_is(request, "FIOASYNC"))
		return;
	offer(&completing->offers, "1", "on");
	offer(&completing->offers, "0", "off");
}

static bool is_child(const struct world_side *side, const struct world_side *parent)
{
	return parent != NULL && side->parent != NULL && string_is(side->parent, parent->name);
}

/* waitpid: its children, also those that ended; kill: any side. */
static void complete_pid(struct completing *completing, const struct call_spec *spec, size_t index)
{
	const struct world *world = completing->offers.inquiry.world;
	bool children = spec->id == CALL_waitpid;

	(void)index;
	if (children)
		offer(&completing->offers, "-1", "any child");
	for (size_t i = 0; i < world->side_count; i++) {
		const struct world_side *side = &world->sides[i];
		bool wanted = children ? is_child(side, completing->offers.side) : side->alive;
		char *text = text_format("%lld", (long long)side->pid);

		if (wanted && side->pid != EVENT_NO_INT)
			offer(&completing->offers, text, side->name);
		free(text);
	}
}

/* How lists of descriptors are begun: `poll [3 POLLIN] 1000`. */
static void complete_poll_list(struct completing *completing, const struct call_spec *spec, size_t index)
{
	(void)spec;
	(void)index;
	offer_descriptors(&completing->offers, fd_is_any, "[", " POLLIN]");
}

static void complete_fd_list(struct completing *completing, const struct call_spec *spec, size_t index)
{
	(void)spec;
	(void)index;
	offer_descriptors(&completing->offers, fd_is_any, "[", "]");
}

/* Those types of which nothing can be known beforehand (numbers, sizes) have none. */
static complete_function *const by_type[] = {
	[ARG_FD] = complete_fd,
	[ARG_CONSTANT] = complete_constant,
	[ARG_LEVEL] = complete_constant,
	[ARG_ADDRESS] = complete_address,
	[ARG_DATA] = complete_data,
	[ARG_OPTION] = complete_option,
	[ARG_OPTION_VALUE] = complete_option_value,
	[ARG_PATH] = complete_path,
	[ARG_TEXT] = complete_text,
	[ARG_FCNTL_VALUE] = complete_fcntl,
	[ARG_IOCTL_VALUE] = complete_ioctl,
	[ARG_PID] = complete_pid,
	[ARG_POLL_LIST] = complete_poll_list,
	[ARG_FD_LIST] = complete_fd_list,
	[ARG_ADDRESS_LIST] = NULL,
};

static void complete_argument(struct completing *completing, const struct call_spec *spec, size_t index)
{
	complete_function *complete = by_type[spec->args[index].type];

	if (complete != NULL)
		complete(completing, spec, index);
}

/* ---- a call ---- */

static const struct arg_spec *arg_by_name(const struct call_spec *spec, const char *name, size_t *index)
{
	for (*index = 0; *index < call_arg_count(spec); (*index)++)
		if (string_is(spec->args[*index].name, name))
			return &spec->args[*index];
	return NULL;
}

static bool key_is_given(const struct completing *completing, const char *name)
{
	for (size_t i = 0; arg_at(completing, i) != NULL; i++)
		if (arg_at(completing, i)->key != NULL && string_is(arg_at(completing, i)->key, name))
			return true;
	return false;
}

static void complete_key(struct completing *completing, const struct arg_spec *arg)
{
	char *text;

	if (key_is_given(completing, arg->name))
		return;
	text = text_format("%s=", arg->name);
	offer(&completing->offers, text, NULL);
	free(text);
}

/* Within [ ]: descriptors, and behind one in poll's list its events. */
static void complete_in_list(struct completing *completing, const struct arg_spec *arg)
{
	bool poll = arg->type == ARG_POLL_LIST;

	if (poll && completing->place->element > 0)
		offer_constants(&completing->offers, arg->group);
	else if (poll || arg->type == ARG_FD_LIST)
		offer_descriptors(&completing->offers, fd_is_any, "", "");
}

/* Each argument that the word could be for: those that may be left out, up to the first that may not. */
static void complete_positions(struct completing *completing, const struct call_spec *spec)
{
	for (size_t i = next_argument(completing); i < call_arg_count(spec); i++) {
		const struct arg_spec *arg = &spec->args[i];

		if (is_given_by_kernel(arg))
			continue;
		if (completing->place->in_list)
			complete_in_list(completing, arg);
		else if (arg->need == ARG_KEYED)
			complete_key(completing, arg);
		else
			complete_argument(completing, spec, i);
		if (arg->need == ARG_REQUIRED)
			break;
	}
}

static void complete_call(struct completing *completing)
{
	const struct call_spec *spec = completing->place->call;
	const struct arg_spec *arg;
	size_t index;

	if (completing->place->key == NULL) {
		complete_positions(completing, spec);
		return;
	}
	arg = arg_by_name(spec, completing->place->key, &index);
	if (arg != NULL && completing->place->in_list)
		complete_in_list(completing, arg);
	else if (arg != NULL)
		complete_argument(completing, spec, index);
}

/* ---- a command ---- */

/* The kind of word number `index`: of the names in the command's table the last repeats. */
static char *word_kind(const struct command_spec *spec, size_t index)
{
	const char *kinds = spec->complete;

	for (; index > 0 && strchr(kinds, ' ') != NULL; index--)
		kinds = strchr(kinds, ' ') + 1;
	return xstrndup(kinds, strcspn(kinds, " "));
}

/* The side that a command names before a descriptor: `why server 3`. */
static void take_side(struct completing *completing)
{
	const struct world_side *side = world_side(completing->offers.inquiry.world, word_at(completing, 0));

	if (side != NULL)
		completing->offers.side = side;
}

static void complete_setting(struct completing *completing, size_t index)
{
	const struct setting *setting;

	if (index == 0) {
		offer_settings(&completing->offers);
		return;
	}
	for (size_t i = 0; (setting = setting_at(i)) != NULL; i++)
		if (string_is(setting->name, word_at(completing, 0)))
			offer_each(&completing->offers, setting->values, NULL);
}

static void complete_expect(struct completing *completing);

static void complete_word(struct completing *completing, const char *kind, size_t index)
{
	struct offers *offers = &completing->offers;

	if (string_is(kind, "side")) {
		offer_sides(offers, "");
		if (completing->place->command->id == COMMAND_why)
			offer_descriptors(offers, fd_is_any, "", "");
		if (completing->place->command->id == COMMAND_sockets)
			offer(offers, "all", NULL);
	} else if (string_is(kind, "host")) {
		offer_hosts(offers, "");
	} else if (string_is(kind, "fd")) {
		take_side(completing);
		offer_descriptors(offers, fd_is_any, "", "");
	} else if (string_is(kind, "topic")) {
		offer_calls(offers);
		offer_commands(offers);
	} else if (string_is(kind, "thread")) {
		offer_threads(offers);
	} else if (string_is(kind, "setting")) {
		complete_setting(completing, index);
	} else if (string_is(kind, "file")) {
		offer_files(offers, *offers->word == '@' ? "@" : "");
	} else if (string_is(kind, "lesson")) {
		offer_lessons(offers);
	} else if (string_is(kind, "sysctl")) {
		offer_sysctls(offers);
	} else if (string_is(kind, "expect")) {
		complete_expect(completing);
	} else if (!string_is(kind, "nothing")) {
		offer(offers, kind, NULL);
	}
}

static void complete_command(struct completing *completing)
{
	size_t index = completing->place->args.count;
	char *kind = word_kind(completing->place->command, index);

	/* What is for one word only is not offered for a further one. */
	if (index == 0 || strchr(completing->place->command->complete, ' ') != NULL || string_is(kind, "expect") ||
	    string_is(kind, "setting"))
		complete_word(completing, kind, index);
	free(kind);
}

/* ---- expect ---- */

/* What stands for a word of a form. */
static void complete_form_word(struct completing *completing, const char *word, size_t side_index)
{
	struct offers *offers = &completing->offers;
	const struct world_side *side = world_side(offers->inquiry.world, word_at(completing, side_index));

	if (islower((unsigned char)*word)) {
		offer(offers, word, NULL);
	} else if (string_is(word, "SIDE")) {
		offer_sides(offers, "");
	} else if (string_is(word, "SOCKET") || string_is(word, "FD")) {
		offers->side = side;
		offer_descriptors(offers, fd_is_any, "", "");
	} else if (string_is(word, "STATE")) {
		offer_constants(offers, GROUP_STATE);
	} else if (string_is(word, "ERRNO")) {
		offer_constants(offers, GROUP_ERRNO);
	} else if (string_is(word, "SIGNAL")) {
		offer_constants(offers, GROUP_SIGNAL);
	}
}

/* Could the word of the form be what stands there? One in capitals takes anything but a side's name. */
static bool form_word_fits(const struct completing *completing, const char *word, size_t index)
{
	const struct syntax *arg = arg_at(completing, index);
	const char *given = arg != NULL && arg->kind == SYNTAX_RECEIVED ? "received" : word_at(completing, index);

	if (islower((unsigned char)*word))
		return string_is(word, given);
	if (string_is(word, "SIDE"))
		return world_side(completing->offers.inquiry.world, given) != NULL;
	return true;
}

/* The words before the cursor follow this form: then its next word is offered. */
static void complete_form(struct completing *completing, const char *form)
{
	size_t count = completing->place->args.count, side_index = 0;

	for (size_t i = 0; *form != '\0'; i++) {
		size_t len = strcspn(form, " ");
		char *word = xstrndup(form, len);
		bool here = i == count, goes_on = !here && form_word_fits(completing, word, i);

		if (here)
			complete_form_word(completing, word, side_index);
		side_index = string_is(word, "SIDE") ? i : side_index;
		free(word);
		if (!goes_on)
			return;
		form += len;
		form += *form == ' ';
	}
	if (count > 0)
		offer(&completing->offers, "within", "how long it may take: within 5s");
}

static void complete_expect(struct completing *completing)
{
	const size_t begin = completing->offers.begin;
	const char *word = completing->offers.word, *form;

	for (size_t i = 0; (form = expectation_form(i)) != NULL; i++) {
		completing->offers.begin = begin;
		completing->offers.word = word;
		complete_form(completing, form);
	}
}

/* ---- the first word ---- */

static void complete_verb(struct completing *completing)
{
	struct offers *offers = &completing->offers;
	const struct place *place = completing->place;

	if (*place->word == '\0' && !place->named) {
		suggest_next(offers->inquiry.world,
			     offers->side == NULL ? offers->session->current : offers->side->name, offers->add,
			     offers->context);
		return;
	}
	if (place->side == NULL && !place->named)
		offer_sides(offers, ":");
	offer_calls(offers);
	if (!place->named)
		offer_commands(offers);
}

size_t session_complete(struct session *session, const char *line, size_t point,
			void (*add)(void *context, const char *text, const char *help), void *context)
{
	struct completing completing;
	struct place place;
	const char *side;

	if (!place_find(&place, line, point))
		return point;
	side = place.side != NULL ? place.side : session->current;
	completing = (struct completing){
		.place = &place,
		.offers = {
			.session = session,
			.inquiry = inquiry_of(session),
			.side = side == NULL ? NULL : world_side(&session->world, side),
			.word = place.word,
			.begin = place.begin,
			.add = add,
			.context = context,
		},
	};
	if (place.call != NULL)
		complete_call(&completing);
	else if (place.command != NULL)
		complete_command(&completing);
	else
		complete_verb(&completing);
	place_release(&place);
	return completing.offers.begin;
}
