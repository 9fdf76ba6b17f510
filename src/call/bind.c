/*
 * Types for the arguments of a line.
 *
 * The arguments of the table are gone through in their order; each takes the next argument of the line if that fits its
 * type, and one that may be left out is left out if it does not. So `send 3 "x" MSG_OOB` finds its flags although the
 * length before them is missing, and `recv(3, buf, 1024, 0)` and `recv 3 1024` are the same call.
 */
#include <string.h>

#include "call/call.h"
#include "call/print.h"
#include "call/short_form.h"
#include "call/syntax.h"
#include "call/types.h"
#include "call/word.h"

struct binder {
	struct call *call;
	const struct syntax_list *args;
	const struct call_context *context; /* may be NULL */
	struct mistake *mistake;
	size_t next;               /* the argument of the line to be taken next */
	bool before_taken;         /* did the argument of the table before this one take one? */
	bool keyed[CALL_ARGS_MAX]; /* was it given by its name? */
	bool short_form;           /* does the line begin with one, which says domain and type? */
};

static struct text *message_of(struct binder *binder)
{
	return &binder->mistake->text;
}

static bool is_given_by_call(enum arg_need need)
{
	return need == ARG_OUT || need == ARG_KEYED_OUT || need == ARG_HIDDEN;
}

/* ---- which argument of the table an argument of the line is ---- */

static size_t required_after(const struct call_spec *spec, size_t index)
{
	size_t count = 0;

	for (size_t i = index + 1; i < call_arg_count(spec); i++)
		count += spec->args[i].need == ARG_REQUIRED;
	return count;
}

/* Arguments of the line that are still to be taken by their place. */
static size_t places_left(const struct binder *binder)
{
	size_t count = 0;

	for (size_t i = binder->next; i < binder->args->count; i++)
		count += binder->args->items[i].key == NULL;
	return count;
}

/* What the call fills may bear the manual page's name for it: pipe2(pipefd, 0). */
static bool stands_for_nothing(const struct arg_spec *arg, const struct syntax *syntax)
{
	return syntax->kind == SYNTAX_PLACEHOLDER ||
	       (is_given_by_call(arg->need) && syntax->kind == SYNTAX_WORD && string_is(syntax->text, arg->name));
}

/* C's count of a list (nfds, iovcnt) and length of an address: only where what it belongs to, or what comes after it,
 * tells it from the argument that follows. */
static bool hidden_is_there(const struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct call_spec *spec = binder->call->spec;
	size_t required = required_after(spec, index);
	bool last = index + 1 == call_arg_count(spec);

	if (spec->args[index].type == ARG_ADDRESS_LEN)
		return binder->before_taken &&
		       (last || stands_for_nothing(&spec->args[index], syntax) || places_left(binder) > required + 1);
	return last || places_left(binder) > (required == 0 ? 1 : required);
}

/* What readv printed, as against the sizes that follow it, where it read nothing at all. */
static bool leaves_enough(const struct binder *binder, size_t index, const struct syntax *syntax)
{
	return syntax->kind != SYNTAX_LIST || syntax->list.count > 0 ||
	       places_left(binder) > required_after(binder->call->spec, index);
}

/* getaddrinfo's last argument, &res, is none of its hints. */
static bool is_given_later(const struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct call_spec *spec = binder->call->spec;

	if (syntax->kind != SYNTAX_PLACEHOLDER || *syntax->text != '&' || places_left(binder) > 1)
		return false;
	for (size_t i = index + 1; i < call_arg_count(spec); i++)
		if (spec->args[i].need == ARG_OUT)
			return true;
	return false;
}

static bool fits(const struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct arg_spec *arg = &binder->call->spec->args[index];

	switch (arg->need) {
	case ARG_REQUIRED:
		return true;
	case ARG_OPTIONAL:
		return stands_for_nothing(arg, syntax) || type_fits(arg, syntax);
	case ARG_KEYED:
		return (stands_for_nothing(arg, syntax) && !is_given_later(binder, index, syntax)) ||
		       type_fits(arg, syntax);
	case ARG_KEYED_OUT:
		/* It is printed with its name: a bare word here is somebody's constant, too late. */
		return stands_for_nothing(arg, syntax) ||
		       (syntax->key != NULL && type_fits(arg, syntax) && leaves_enough(binder, index, syntax));
	case ARG_OUT:
		return stands_for_nothing(arg, syntax) ||
		       (type_fits(arg, syntax) && leaves_enough(binder, index, syntax));
	case ARG_HIDDEN:
		return hidden_is_there(binder, index, syntax) &&
		       (stands_for_nothing(arg, syntax) || type_fits(arg, syntax));
	}
	return false;
}

/* ---- taking it ---- */

/* "buf of send: " before what the type said. */
static void say_of_which(struct binder *binder, size_t index, int column)
{
	const struct call_spec *spec = binder->call->spec;
	struct text reason = *message_of(binder);

	text_init(message_of(binder));
	text_addf(message_of(binder), "%s of %s: %s", spec->args[index].name, spec->name, reason.data);
	text_release(&reason);
	binder->mistake->column = column;
}

/* NULL says that nothing is given; sizeof and strlen say what the data's length is anyway. */
static bool is_nothing(const struct arg_spec *arg, const struct syntax *syntax)
{
	bool null_text = arg->type == ARG_TEXT && arg->need == ARG_REQUIRED;

	if (syntax->kind != SYNTAX_PLACEHOLDER)
		return false;
	if (arg->type == ARG_DATA_LEN)
		return true;
	return string_is(syntax->text, "NULL") && (arg->need != ARG_REQUIRED || null_text);
}

static bool refuse_placeholder(struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct arg_spec *arg = &binder->call->spec->args[index];

	if (arg->need == ARG_KEYED) {
		word_show(message_of(binder), syntax->text);
		text_add(message_of(binder), " is unknown here; what is in it is given by name: ");
		call_signature(message_of(binder), binder->call->spec, -1);
	} else {
		type_describe(message_of(binder), arg, binder->call);
		text_add(message_of(binder), " is expected here; a C program would know what ");
		word_show(message_of(binder), syntax->text);
		text_add(message_of(binder), " is");
	}
	say_of_which(binder, index, syntax->column);
	return false;
}

static bool take(struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct arg_spec *arg = &binder->call->spec->args[index];
	struct value *value = &binder->call->args[index];
	struct reader reader = { .call = binder->call, .context = binder->context, .message = message_of(binder) };

	if (is_given_by_call(arg->need) || is_nothing(arg, syntax))
		return true;
	if (syntax->kind == SYNTAX_PLACEHOLDER)
		return refuse_placeholder(binder, index, syntax);
	if (type_read(&reader, arg, syntax, value)) {
		value->column = syntax->column;
		return true;
	}
	say_of_which(binder, index, reader.column);
	return false;
}

static bool fail_at(struct binder *binder, const struct syntax *syntax)
{
	binder->mistake->column = syntax->column;
	return false;
}

static bool take_keyed(struct binder *binder, const struct syntax *syntax)
{
	const struct call_spec *spec = binder->call->spec;

	for (size_t i = 0; i < call_arg_count(spec); i++) {
		if (!string_is(spec->args[i].name, syntax->key))
			continue;
		if (binder->keyed[i] || binder->call->args[i].kind != VALUE_ABSENT) {
			text_addf(message_of(binder), "%s is given twice", syntax->key);
			return fail_at(binder, syntax);
		}
		binder->keyed[i] = true;
		return take(binder, i, syntax);
	}
	text_addf(message_of(binder), "%s has no argument named ", spec->name);
	word_show(message_of(binder), syntax->key);
	text_add(message_of(binder), ": ");
	call_signature(message_of(binder), spec, -1);
	return fail_at(binder, syntax);
}

/* Those with a key may stand anywhere between the others. */
static bool take_all_keyed(struct binder *binder)
{
	while (binder->next < binder->args->count && binder->args->items[binder->next].key != NULL)
		if (!take_keyed(binder, &binder->args->items[binder->next++]))
			return false;
	return true;
}

static bool say_missing(struct binder *binder, size_t index)
{
	const struct call_spec *spec = binder->call->spec;

	text_addf(message_of(binder), "%s is missing: ", spec->args[index].name);
	type_describe(message_of(binder), &spec->args[index], binder->call);
	text_add(message_of(binder), "; ");
	call_signature(message_of(binder), spec, (int)index);
	binder->mistake->missing = (int)index;
	binder->mistake->column = -1;
	return false;
}

static bool bind_one(struct binder *binder, size_t index)
{
	const struct syntax *syntax;

	if (!take_all_keyed(binder))
		return false;
	if (binder->keyed[index])
		return true;
	syntax = binder->next < binder->args->count ? &binder->args->items[binder->next] : NULL;
	binder->before_taken = syntax != NULL && fits(binder, index, syntax);
	if (binder->before_taken) {
		binder->next++;
		return take(binder, index, syntax);
	}
	return binder->call->spec->args[index].need != ARG_REQUIRED || say_missing(binder, index);
}

/* ---- the whole ---- */

/* "tcp" or "tcp|SOCK_NONBLOCK": the flags behind the bar are the type's. */
static bool read_short_form(struct binder *binder, const struct syntax *syntax)
{
	const char *bar = strchr(syntax->text, '|');
	size_t len = bar == NULL ? syntax->len : (size_t)(bar - syntax->text);
	struct call *call = binder->call;
	const struct short_form *form;
	long long flags = 0;

	while (len > 0 && syntax->text[len - 1] == ' ')
		len--;
	for (size_t i = 0; (form = short_form_at(i)) != NULL; i++)
		if (strlen(form->name) == len && strncmp(form->name, syntax->text, len) == 0)
			break;
	if (form == NULL)
		return true;
	binder->next = 1;
	binder->short_form = true;
	if (bar != NULL && !constant_read_flags(GROUP_SOCKET_FLAG, bar + 1, &flags, message_of(binder))) {
		say_of_which(binder, 1, syntax->column + (int)(bar + 1 - syntax->text));
		return false;
	}
	value_set_number(&call->args[0], form->family);
	value_set_number(&call->args[1], form->type | flags);
	if (form->protocol != 0)
		value_set_number(&call->args[2], form->protocol);
	return true;
}

/* Has a short form at the beginning been read, or is there none? */
static bool bind_short_form(struct binder *binder)
{
	enum call_id id = binder->call->spec->id;
	const struct syntax *first = binder->args->count > 0 ? &binder->args->items[0] : NULL;

	if ((id != CALL_socket && id != CALL_socketpair) || first == NULL || first->kind != SYNTAX_WORD ||
	    first->key != NULL)
		return true;
	return read_short_form(binder, first);
}

/* What was left out and may be: zero, the data's length. */
static void fill_defaults(struct call *call)
{
	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		const struct arg_spec *arg = &call->spec->args[i];
		struct value *value = &call->args[i];

		if (arg->need != ARG_OPTIONAL || value->kind != VALUE_ABSENT)
			continue;
		if (arg->type == ARG_CONSTANT)
			value_set_number(value, 0);
		else if (arg->type == ARG_DATA_LEN)
			value_set_number(value, (long long)call->args[i - 1].len);
	}
}

/* "; unix stands for AF_UNIX, SOCK_STREAM": whoever wrote a short form may not know that it says both. */
static void say_short_form(struct binder *binder)
{
	const struct call *call = binder->call;
	struct text *message = message_of(binder);

	text_add(message, "; ");
	word_show(message, binder->args->items[0].text);
	text_add(message, " stands for ");
	value_print(message, call, 0, CALL_SHORT);
	text_add(message, ", ");
	value_print(message, call, 1, CALL_SHORT);
}

/* Strings do not join as in C: how one has any bytes, and which call takes several. */
static void say_further_data(struct binder *binder, const struct syntax *syntax)
{
	static const struct arg_spec data = { .type = ARG_DATA };
	const struct call_spec *spec = binder->call->spec;

	if (syntax->key != NULL || !type_fits(&data, syntax))
		return;
	for (size_t i = 0; i < call_arg_count(spec); i++)
		if (spec->args[i].type == ARG_DATA)
			text_add(message_of(binder), "; its data is one string, such as \"text\\x00\" or "
				 "hex:\"74 65 78 74 00\", and writev 3 [\"head\", \"body\"] takes several");
}

/* What is left over. */
static bool say_too_many(struct binder *binder)
{
	const struct call_spec *spec = binder->call->spec;
	const struct syntax *syntax = &binder->args->items[binder->next];

	text_addf(message_of(binder), "%s takes no further argument: ", spec->name);
	call_signature(message_of(binder), spec, -1);
	if (binder->short_form)
		say_short_form(binder);
	say_further_data(binder, syntax);
	return fail_at(binder, syntax);
}

/* recvmsg(3, &msg, 0): struct msghdr has the buffer, whose length stands here before the flags. */
static bool lacks_length(const struct binder *binder)
{
	const struct syntax_list *args = binder->args;

	return binder->call->spec->id == CALL_recvmsg && args->count == 3 &&
	       args->items[1].kind == SYNTAX_PLACEHOLDER && *args->items[1].text == '&' && args->items[2].key == NULL;
}

static bool say_lacks_length(struct binder *binder)
{
	word_show(message_of(binder), binder->args->items[1].text);
	text_add(message_of(binder), " says in C how long the buffer is; here its length is given: ");
	call_signature(message_of(binder), binder->call->spec, 2);
	return fail_at(binder, &binder->args->items[1]);
}

static bool bind_all(struct binder *binder)
{
	const struct call_spec *spec = binder->call->spec;

	if (lacks_length(binder))
		return say_lacks_length(binder);
	if (!bind_short_form(binder))
		return false;
	for (size_t i = binder->short_form ? 2 : 0; i < call_arg_count(spec); i++)
		if (!bind_one(binder, i))
			return false;
	return take_all_keyed(binder) && (binder->next == binder->args->count || say_too_many(binder));
}

bool call_bind(struct call *call, const struct call_spec *spec, const struct syntax_list *args,
	       const struct call_context *context, struct mistake *mistake)
{
	struct binder binder = { .call = call, .args = args, .context = context, .mistake = mistake };

	*call = (struct call){ .spec = spec };
	for (size_t i = 0; i < CALL_ARGS_MAX; i++)
		call->args[i].column = -1;
	if (bind_all(&binder)) {
		fill_defaults(call);
		return true;
	}
	call_release(call);
	return false;
}
