#include "session/tls.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "session/commands.h"
#include "session/errand.h"
#include "session/remote.h"
#include "session/words.h"

/* ---- the request ---- */

/* Words are separated by TABs, and a line ends the request. */
static bool add_word(struct text *words, const char *name, const char *value)
{
	if (value == NULL)
		return true;
	text_addf(words, "\t%s=%s", name, value);
	return strpbrk(value, "\t\r\n") == NULL;
}

/* An agent of a lab may stand elsewhere in the tree of files. */
static bool add_path(struct text *words, const char *name, const char *path)
{
	char here[PATH_MAX];

	if (path == NULL || *path == '/' || getcwd(here, sizeof(here)) == NULL)
		return add_word(words, name, path);
	text_addf(words, "\t%s=%s/%s", name, here, path);
	return strpbrk(path, "\t\r\n") == NULL;
}

bool tls_request_words(struct text *words, const struct tls_request *request)
{
	bool ok = true;

	text_addf(words, "%d %s", request->fd, request->server ? "server" : "client");
	ok = add_word(words, "name", request->name) && ok;
	ok = add_path(words, "ca", request->ca) && ok;
	ok = add_path(words, "cert", request->cert) && ok;
	ok = add_path(words, "key", request->key) && ok;
	ok = add_word(words, "alpn", request->alpn) && ok;
	ok = add_path(words, "keylog", request->keylog) && ok;
	if (request->no_verify)
		text_add(words, "\tno-verify");
	if (request->resume)
		text_add(words, "\tresume");
	return ok;
}

void tls_request_of_remote(struct tls_request *request, const struct session *session, int fd)
{
	const struct remote *remote = session->remote;
	const struct remote_tls *tls = &remote->tls;

	*request = (struct tls_request){
		.fd = fd,
		.server = remote->listen,
		.no_verify = tls->no_verify,
		.name = remote->listen ? NULL : tls->name != NULL ? tls->name : remote->host,
		.ca = tls->ca,
		.cert = tls->cert,
		.key = tls->key,
		.alpn = tls->alpn,
		.keylog = tls->keylog,
	};
}

/* ---- the handshake ---- */

/* What to do about a certificate that was refused; "": nothing is known. */
static const char *advice_on(const char *reason)
{
	static const char *const begins = "certificate verify failed: ";
	static const struct {
		const char *why, *advice;
	} table[] = {
#define NAMED "; --tls=NAME (`tls 3 NAME`) says who it is to be, --no-verify (no-verify) takes anybody"
#define DATED "; this machine's clock decides, --no-verify (no-verify) takes it all the same"
		{ "hostname mismatch", NAMED },
		{ "IP address mismatch", NAMED },
		{ "certificate has expired", DATED },
		{ "certificate is not yet valid", DATED },
#undef NAMED
#undef DATED
	};

	if (!string_starts_with(reason, begins))
		return "";
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (string_starts_with(reason + strlen(begins), table[i].why))
			return table[i].advice;
	return "; --ca FILE (`tls 3 ca=FILE`) says whom to trust, --no-verify (no-verify) takes anybody";
}

/* What stands between the quotes behind reason=. */
static void say_failure(struct session *session, const struct event_call *call)
{
	const char *reason = strstr(call->text, "reason=\"");

	if (reason == NULL) {
		session_complain(session, -1, "no TLS: %s",
				 call->outcome != NULL && string_starts_with(call->outcome, "-1 ") ?
					 call->outcome + 3 : call->error);
		return;
	}
	reason += strlen("reason=\"");
	session_complain(session, -1, "no TLS: %.*s (%s)%s", (int)strcspn(reason, "\""), reason, call->error,
			 advice_on(reason));
}

double tls_wait(struct session *session, double since)
{
	const struct remote *remote = session->remote;
	double left = remote->timeout > 0 ? remote->timeout - since : -1;

	if (remote->timeout > 0 && left <= 0) {
		session_complain(session, -1, "no TLS: the peer has not done its part of it for the time of -w");
		lab_interrupt(session->lab, session->running.side, 0);
		return -1;
	}
	/* Where calls are shown this one is, as blocked. */
	if (remote->piped && !remote->verbose && since < 2 * session->patience)
		session_complain(session, -1, "the peer has not done its part of TLS yet: waiting");
	return left;
}

static void on_handshake(struct session *session, void *own, const struct event_call *call)
{
	(void)own;
	if (call->error == NULL)
		return;
	say_failure(session, call);
	errand_end(session, OUTCOME_FAILED);
}

static void on_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	if (token != session->running.token)
		return;
	if (ok) {
		errand_go(session);
		return;
	}
	session_complain(session, -1, "no TLS: %s", text == NULL ? "it was refused" : text);
	errand_end(session, OUTCOME_FAILED);
}

static const struct waiter waits_for_answer = { .answered = on_answered };

void tls_begin(struct session *session, const struct tls_request *request)
{
	struct text words;

	text_init(&words);
	if (tls_request_words(&words, request)) {
		errand_add(session, on_handshake, "%s(%d)", request->server ? "SSL_accept" : "SSL_connect",
			   request->fd);
		session_wait(session, &waits_for_answer, -1);
		session->running.token = lab_tls(session->lab, request->side, words.data);
	} else {
		session_complain(session, -1, "names and files of TLS may not hold a TAB or the end of a line");
		errand_end(session, OUTCOME_FAILED);
	}
	text_release(&words);
}

/* ---- the command ---- */

struct wish {
	struct tls_request request;
	bool begun;
	char *strings[6]; /* (owned) what the request borrows */
	size_t count;
};

static void free_wish(void *own)
{
	struct wish *wish = own;

	for (size_t i = 0; i < wish->count; i++)
		free(wish->strings[i]);
	free(wish);
}

static void go_on(struct session *session, void *own)
{
	struct wish *wish = own;

	if (wish->begun) {
		errand_end(session, OUTCOME_OK);
		return;
	}
	wish->begun = true;
	errand_may_sleep(session);
	tls_begin(session, &wish->request);
}

static const struct errand_ops tls_ops = { .done = go_on, .free_own = free_wish };

static const char *keep(struct wish *wish, const char *string)
{
	wish->strings[wish->count] = xstrdup(string);
	return wish->strings[wish->count++];
}

static bool take_named(struct wish *wish, const char *key, const char *value)
{
	const struct {
		const char *key;
		const char **place;
	} keys[] = {
		{ "ca", &wish->request.ca },     { "cert", &wish->request.cert },     { "key", &wish->request.key },
		{ "alpn", &wish->request.alpn }, { "keylog", &wish->request.keylog },
	};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (string_is(keys[i].key, key) && *keys[i].place == NULL) {
			*keys[i].place = keep(wish, value);
			return true;
		}
	return false;
}

static bool take_plain(struct wish *wish, const char *word)
{
	struct tls_request *request = &wish->request;

	if (string_is(word, "server"))
		return request->server = true;
	if (string_is(word, "no-verify"))
		return request->no_verify = true;
	if (string_is(word, "resume"))
		return request->resume = true;
	if (request->name != NULL)
		return false;
	request->name = keep(wish, word);
	return true;
}

static bool take_words(struct session *session, const struct syntax_list *words, struct wish *wish)
{
	for (size_t i = 1; i < words->count; i++) {
		const struct syntax *item = &words->items[i];
		const char *key = item->key, *word = key != NULL ? item->text : word_text(words, i);
		bool ok = word != NULL && (key != NULL ? take_named(wish, key, word) : take_plain(wish, word));

		if (ok)
			continue;
		words_mistaken(session, words, i, "behind FD stand the server's name, server, no-verify, resume, and "
			       "ca=, cert=, key=, alpn=, keylog=");
		return false;
	}
	return true;
}

bool tls_command_fd(struct session *session, const struct syntax_list *words, int *fd)
{
	const struct running *running = &session->running;
	const char *name = running->statement.side != NULL ? running->statement.side : session->current;
	const struct world_side *side = session_side(session, name, running->statement.side_column, false);

	if (side == NULL) {
		session_finish(session, OUTCOME_FAILED);
		return false;
	}
	if (word_text(words, 0) == NULL || !session_descriptor(session, name, word_text(words, 0), fd)) {
		words_mistaken(session, words, 0, "a descriptor of %s is expected here", name);
		return false;
	}
	if (session_blocking_call(side) == NULL)
		return true;
	session_complain(session, running->statement.column, "%s is blocked in %s", name,
			 session_blocking_call(side)->text);
	session_finish(session, OUTCOME_FAILED);
	return false;
}

void command_tls(struct session *session, const struct syntax_list *words)
{
	const struct statement *statement = &session->running.statement;
	struct wish *wish;
	int fd;

	if (!words_are(session, words, 1, 10) || !tls_command_fd(session, words, &fd))
		return;
	wish = xcalloc(1, sizeof(*wish));
	if (!take_words(session, words, wish)) {
		free_wish(wish);
		return;
	}
	errand_begin(session, statement->side != NULL ? statement->side : session->current, &tls_ops, wish);
	wish->request.side = session->running.side;
	wish->request.fd = fd;
	errand_go(session);
}
