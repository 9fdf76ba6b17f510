#include "lab/wire_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum unit_kind { UNIT_SECONDS, UNIT_SHARE, UNIT_BITS, UNIT_PACKETS, UNIT_BYTES };

static const struct {
	const char *word;
	enum unit_kind unit;
	double least, most;
} settings[WIRE_SETTING_COUNT] = {
#define SETTING(name, word, unit, least, most) { word, UNIT_##unit, least, most },
	WIRE_SETTINGS(SETTING)
#undef SETTING
};

/* The largest unit first, for writing. A plain number has a unit only where there is but one. */
static const struct {
	enum unit_kind kind;
	const char *word;
	double worth;
} units[] = {
	{ UNIT_SECONDS, "s", 1 },     { UNIT_SECONDS, "ms", 1e-3 }, { UNIT_SECONDS, "us", 1e-6 },
	{ UNIT_SHARE, "%", 0.01 },
	{ UNIT_BITS, "gbit", 1e9 },   { UNIT_BITS, "mbit", 1e6 },   { UNIT_BITS, "kbit", 1e3 },
	{ UNIT_BITS, "bit", 1 },      { UNIT_PACKETS, "", 1 },      { UNIT_BYTES, "", 1 },
};

void wire_rules_init(struct wire_rules *rules)
{
	*rules = (struct wire_rules){ 0 };
}

void wire_rules_release(struct wire_rules *rules)
{
	free(rules->rules);
	wire_rules_init(rules);
}

static bool is_part(const struct wire_rule *part, const struct wire_rule *whole)
{
	return part->setting == whole->setting && (whole->from == WIRE_ANY || whole->from == part->from)
		&& (whole->to == WIRE_ANY || whole->to == part->to);
}

static bool have_in_common(const struct wire_rule *a, const struct wire_rule *b)
{
	return a->setting == b->setting && (a->from == WIRE_ANY || b->from == WIRE_ANY || a->from == b->from) &&
	       (a->to == WIRE_ANY || b->to == WIRE_ANY || a->to == b->to);
}

/* Off is a rule of its own only as an exception. */
static bool is_needed(const struct wire_rules *rules, const struct wire_rule *rule)
{
	for (size_t i = 0; i < rules->count; i++)
		if (have_in_common(&rules->rules[i], rule))
			return true;
	return rule->value > 0;
}

void wire_rules_set(struct wire_rules *rules, const struct wire_rule *rule)
{
	size_t kept = 0;

	for (size_t i = 0; i < rules->count; i++)
		if (!is_part(&rules->rules[i], rule))
			rules->rules[kept++] = rules->rules[i];
	rules->count = kept;
	if (!is_needed(rules, rule))
		return;
	rules->rules = array_grow(rules->rules, rules->count, &rules->room, sizeof(*rules->rules));
	rules->rules[rules->count++] = *rule;
}

double wire_rules_get(const struct wire_rules *rules, enum wire_setting setting, int from, int to)
{
	const struct wire_rule asked = { .setting = setting, .from = from, .to = to };

	for (size_t i = rules->count; i-- > 0;)
		if (is_part(&asked, &rules->rules[i]))
			return rules->rules[i].value;
	return 0;
}

const char *wire_setting_word(enum wire_setting setting)
{
	return settings[setting].word;
}

bool wire_setting_find(const char *word, enum wire_setting *setting)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		if (string_is(word, settings[i].word)) {
			*setting = (enum wire_setting)i;
			return true;
		}
	return false;
}

static void say_units(enum wire_setting setting, struct text *message)
{
	static const char *const examples[] = {
		[UNIT_SECONDS] = "a time such as 50ms or 1.5s",
		[UNIT_SHARE] = "a share such as 10%",
		[UNIT_BITS] = "bits a second, such as 1mbit or 64kbit",
		[UNIT_PACKETS] = "a number of packets",
		[UNIT_BYTES] = "a number of bytes",
	};

	text_addf(message, "%s takes %s, or off", settings[setting].word, examples[settings[setting].unit]);
}

/* A count is whole. */
static bool is_fitting(enum unit_kind kind, double number)
{
	bool is_count = kind == UNIT_PACKETS || kind == UNIT_BYTES;

	return !is_count || number > 1e9 || number == (double)(long)number;
}

/* The worth of a unit of that kind by its word; 0 if there is none. */
static double unit_worth(enum unit_kind kind, const char *word)
{
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (units[i].kind == kind && string_is(word, units[i].word))
			return units[i].worth;
	return 0;
}

bool wire_value_parse(enum wire_setting setting, const char *word, double *value, struct text *message)
{
	enum unit_kind kind = settings[setting].unit;
	size_t digits = strspn(word, "0123456789.");
	char *end;
	double number, worth;

	*value = 0;
	if (string_is(word, "off") || string_is(word, "0"))
		return true;
	number = strtod(word, &end);
	worth = unit_worth(kind, word + digits);
	if (digits == 0 || end != word + digits || worth == 0 || !is_fitting(kind, number)) {
		say_units(setting, message);
		return false;
	}
	*value = number * worth;
	if (*value == 0 || (*value >= settings[setting].least && *value <= settings[setting].most))
		return true;
	text_addf(message, "%s is from ", settings[setting].word);
	wire_value_describe(message, setting, settings[setting].least);
	text_add(message, " to ");
	wire_value_describe(message, setting, settings[setting].most);
	return false;
}

void wire_value_describe(struct text *out, enum wire_setting setting, double value)
{
	enum unit_kind kind = settings[setting].unit;
	size_t best = COUNT_OF(units);

	if (value == 0) {
		text_add(out, "off");
		return;
	}
	/* The largest unit of which there is at least one, else the smallest. */
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (units[i].kind != kind)
			continue;
		best = i;
		if (value >= units[i].worth)
			break;
	}
	text_addf(out, "%.10g%s", value / units[best].worth, units[best].word);
}
