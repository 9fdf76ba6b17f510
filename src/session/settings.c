/*
 * set: the settings, from one table.
 */
#include <stdlib.h>
#include <string.h>

#include "session/commands.h"
#include "session/settings.h"
#include "session/words.h"

static bool set_patience(struct session *session, const char *value)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || (*end != '\0' && !string_is(end, "s")) || seconds < 0 || seconds > 3600)
		return false;
	session->patience = seconds;
	return true;
}

static void print_patience(const struct session *session, struct text *out)
{
	text_addf(out, "%gs", session->patience);
}

static bool read_switch(const char *value, bool *on)
{
	*on = string_is(value, "on");
	return *on || string_is(value, "off");
}

static bool set_syscalls(struct session *session, const char *value)
{
	if (!read_switch(value, &session->syscalls))
		return false;
	lab_set_syscalls(session->lab, session->syscalls);
	return true;
}

static void print_syscalls(const struct session *session, struct text *out)
{
	text_add(out, session->syscalls ? "on" : "off");
}

static bool set_fold(struct session *session, const char *value)
{
	bool on;

	if (!read_switch(value, &on))
		return false;
	wire_set_fold(session->lab->wire, on);
	return true;
}

static void print_fold(const struct session *session, struct text *out)
{
	text_add(out, session->lab->wire == NULL ? "-" : session->lab->wire->folds ? "on" : "off");
}

static bool set_background(struct session *session, const char *value)
{
	bool on;

	if (!read_switch(value, &on))
		return false;
	wire_set_background(session->lab->wire, on);
	return true;
}

static void print_background(const struct session *session, struct text *out)
{
	text_add(out, session->lab->wire == NULL ? "-" : session->lab->wire->background ? "on" : "off");
}

static bool set_lab(struct session *session, const char *value)
{
	if (!string_is(value, "stock") && !string_is(value, "lasting"))
		return false;
	session->stock = string_is(value, "stock");
	return true;
}

static void print_lab(const struct session *session, struct text *out)
{
	text_add(out, session->stock ? "stock" : "lasting");
}

/* 120 s is TCP's longest timeout. */
static bool set_rto_min(struct session *session, const char *value)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || (*end != '\0' && !string_is(end, "s")) || !(seconds >= 0) ||
	    seconds > 120)
		return false;
	session->rto_min = seconds;
	session->running.token = lab_set_rto_min(session->lab, (unsigned)(seconds * 1000));
	return true;
}

static void print_rto_min(const struct session *session, struct text *out)
{
	if (session->lab->wire == NULL)
		text_add(out, "-");
	else
		text_addf(out, "%gs", session->rto_min);
}

static const struct setting settings[] = {
	{ "patience", "SECONDS",
	  "how long a line may take where quiet cannot be known, and a script's line waits for a side", false,
	  set_patience, print_patience },
	{ "syscalls", "on|off", "print calls in strace's own long form", false, set_syscalls, print_syscalls },
	{ "fold", "on|off", "a retransmission is counted on the segment that it repeats; off: it is queued", true,
	  set_fold, print_fold },
	{ "background", "on|off", "tell of the kernel's own packets, such as multicast reports", true, set_background,
	  print_background },
	{ "rto-min", "SECONDS",
	  "how long TCP on the lab's hosts waits at least before it sends again; 0: the kernel's own", true,
	  set_rto_min, print_rto_min },
	{ "lab", "lasting|stock", "hosts made from now on: held states last, or the system's own network settings",
	  false, set_lab, print_lab },
};

const struct setting *setting_at(size_t index)
{
	return index < sizeof(settings) / sizeof(settings[0]) ? &settings[index] : NULL;
}

const struct setting *setting_find(const char *name)
{
	for (size_t i = 0; setting_at(i) != NULL; i++)
		if (string_is(settings[i].name, name))
			return &settings[i];
	return NULL;
}

/* SECONDS, or one of several words with | between. */
bool setting_takes(const struct setting *setting, const char *value)
{
	const char *word = setting->values;
	char *end;

	if (string_is(word, "SECONDS")) {
		double seconds = strtod(value, &end);

		return end != value && (*end == '\0' || string_is(end, "s")) && seconds >= 0;
	}
	for (size_t len = strcspn(word, "|"); len > 0; word += len + (word[len] == '|'), len = strcspn(word, "|"))
		if (strncmp(word, value, len) == 0 && value[len] == '\0')
			return true;
	return false;
}

static void say_all(struct session *session)
{
	for (size_t i = 0; setting_at(i) != NULL; i++) {
		struct text value;

		text_init(&value);
		settings[i].print(session, &value);
		session_say(session, "%-10s %-8s %s", settings[i].name, value.data, settings[i].help);
		text_release(&value);
	}
}

static void on_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	if (token != session->running.token)
		return;
	if (!ok)
		session_complain(session, session->running.statement.column, "%s", text == NULL ? "refused" : text);
	session_finish(session, ok ? OUTCOME_OK : OUTCOME_FAILED);
}

static const struct waiter waits_for_agent = { .answered = on_answered };

/* What the lab's agent has to do as well is done when it says so. */
static void finish_set(struct session *session)
{
	if (session->running.token > 0)
		session_wait(session, &waits_for_agent, -1);
	else
		session_finish(session, OUTCOME_OK);
}

void command_set(struct session *session, const struct syntax_list *words)
{
	const char *name = word_text(words, 0), *value = word_text(words, 1);
	const struct setting *setting;

	if (words->count == 0) {
		say_all(session);
		session_finish(session, OUTCOME_OK);
		return;
	}
	if (!words_are(session, words, 2, 2))
		return;
	setting = name == NULL ? NULL : setting_find(name);
	if (setting == NULL)
		words_mistaken(session, words, 0, "there is no such setting (set alone lists them)");
	else if (setting->wired && session->lab->wire == NULL)
		words_mistaken(session, words, 0, "there is no wire here: sockstep was started with --local");
	else if (value == NULL || !setting->set(session, value))
		words_mistaken(session, words, 1, "%s is set to %s", setting->name, setting->values);
	else
		finish_set(session);
}
