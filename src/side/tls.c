#include "side/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/tls_made.h"
#include "side/tls_part.h"

/* Several records, for who reads ahead. */
enum { READ_BUFFER = 1 << 17 };

/* An executor is given its call and nothing else, and finds TLS by the descriptor (tests/policy/allowed). */
static struct {
	const struct own *own;    /* (borrowed) */
	const char *name;         /* (borrowed) */
	struct tls_library *library; /* (owned) NULL: not loaded */
	int news[2];              /* (owned) pipe of pointers to events; -1: not made */
	int keylog;               /* (owned) -1: none */
#ifdef HAVE_OPENSSL
	BIO_METHOD *method;       /* (owned) */
	struct tls_made made;     /* (owned) */
	SSL_SESSION *session;     /* (owned) of the client's last connection; NULL: none */
#endif
	struct tls *_Atomic of[OWN_FIRST_MAX]; /* (owned) by descriptor */
} sessions = { .news = { -1, -1 }, .keylog = -1 };

void tls_init(const struct own *own, const char *name)
{
	sessions.own = own;
	sessions.name = name;
}

int tls_news(void)
{
	return sessions.news[0];
}

bool tls_next(struct event *event)
{
	struct event *told;

	if (sessions.news[0] < 0 || read(sessions.news[0], &told, sizeof(told)) != (ssize_t)sizeof(told))
		return false;
	*event = *told;
	free(told);
	return true;
}

/* ---- what is wished ---- */

static bool take_value(const char **value, const char *word, const char *key)
{
	if (!string_starts_with(word, key))
		return false;
	*value = word + strlen(key);
	return true;
}

static bool read_word(struct tls_wish *wish, const char *word)
{
	if (string_is(word, "no-verify")) {
		wish->verifies = false;
		return true;
	}
	if (string_is(word, "resume"))
		return wish->resumes = true;
	return take_value(&wish->name, word, "name=") || take_value(&wish->ca, word, "ca=") ||
	       take_value(&wish->cert, word, "cert=") || take_value(&wish->key, word, "key=") ||
	       take_value(&wish->alpn, word, "alpn=") || take_value(&wish->keylog, word, "keylog=");
}

const char *tls_wish_read(struct tls_wish *wish, char *words)
{
	char *rest = NULL, *word = strtok_r(words, "\t", &rest), *end = NULL;
	long fd = word == NULL ? -1 : strtol(word, &end, 10);

	*wish = (struct tls_wish){ .fd = (int)fd, .verifies = true };
	if (word == NULL || fd < 0 || fd >= OWN_FIRST_MAX || end == word)
		return word == NULL ? "" : word;
	end += strspn(end, " ");
	wish->server = string_is(end, "server");
	if (!wish->server && !string_is(end, "client"))
		return end;
	while ((word = strtok_r(NULL, "\t", &rest)) != NULL)
		if (!read_word(wish, word))
			return word;
	return NULL;
}

#ifdef HAVE_OPENSSL

/* ---- bytes: the socket, as OpenSSL sees it ---- */

static int take_result(BIO *bio, ssize_t len, int retry)
{
	struct tls *tls = sessions.library->BIO_get_data(bio);

	sessions.library->BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
	if (len >= 0)
		return (int)len;
	tls->error = errno;
	if (errno == EAGAIN || errno == EINTR)
		sessions.library->BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
	return -1;
}

static int write_bytes(BIO *bio, const char *bytes, int len)
{
	struct tls *tls = sessions.library->BIO_get_data(bio);
	ssize_t sent = send(tls->fd, bytes, (size_t)len, MSG_NOSIGNAL);
	int error = errno;

	if (sent > 0)
		tls_take_written(tls, (size_t)sent);
	errno = error;
	return take_result(bio, sent, BIO_FLAGS_WRITE);
}

/* Messages that mean nothing could come for ever: the library takes each and asks for the next. */
static bool is_endless(struct tls *tls)
{
	if (tls->messages <= TLS_MESSAGES_MOST || tls->library->SSL_is_init_finished(tls->ssl))
		return false;
	snprintf(tls->reason, sizeof(tls->reason), "more than %d messages in one handshake", TLS_MESSAGES_MOST);
	errno = EPROTO;
	return true;
}

static int read_bytes(BIO *bio, char *bytes, int len)
{
	struct tls *tls = sessions.library->BIO_get_data(bio);
	ssize_t received = is_endless(tls) ? -1 : recv(tls->fd, bytes, (size_t)len, 0);

	tls->at_end = received == 0;
	return take_result(bio, received, BIO_FLAGS_READ);
}

static long control(BIO *bio, int command, long number, void *pointer)
{
	const struct tls *tls = sessions.library->BIO_get_data(bio);

	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH || (command == BIO_CTRL_EOF && tls != NULL && tls->at_end);
}

static bool make_method(void)
{
	const struct tls_library *library = sessions.library;

	if (sessions.method != NULL)
		return true;
	sessions.method = library->BIO_meth_new(BIO_TYPE_SOURCE_SINK | 100, "sockstep");
	return sessions.method != NULL && library->BIO_meth_set_write(sessions.method, write_bytes) == 1 &&
	       library->BIO_meth_set_read(sessions.method, read_bytes) == 1 &&
	       library->BIO_meth_set_ctrl(sessions.method, control) == 1;
}

/* ---- what OpenSSL asks ---- */

/* One line of NSS's key log format, which Wireshark reads. */
static void on_key(const SSL *ssl, const char *line)
{
	struct text text;

	(void)ssl;
	text_init(&text);
	text_addf(&text, "%s\n", line);
	if (write(sessions.keylog, text.data, text.len) < 0)
		errno = 0; /* a full disk is no reason to break the connection */
	text_release(&text);
}

static int on_session(SSL *ssl, SSL_SESSION *session)
{
	(void)ssl;
	if (sessions.session != NULL)
		sessions.library->SSL_SESSION_free(sessions.session);
	sessions.session = session;
	return 1;
}

static int on_protocols(SSL *ssl, const unsigned char **chosen, unsigned char *len, const unsigned char *offered,
			unsigned offered_len, void *context)
{
	const struct tls *tls = context;
	unsigned char *found;

	(void)ssl;
	if (sessions.library->SSL_select_next_proto(&found, len, tls->alpn, tls->alpn_len, offered, offered_len) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

/* ---- preparing ---- */

static bool say_library_error(struct text *message, const char *what, const char *file)
{
	const struct tls_library *library = sessions.library;
	const char *reason = library->ERR_reason_error_string(library->ERR_get_error());

	text_addf(message, "%s %s: %s", what, file == NULL ? "" : file, reason == NULL ? "it cannot be used" : reason);
	library->ERR_clear_error();
	return false;
}

static bool set_trust(const struct tls *tls, const struct tls_wish *wish, struct text *message)
{
	const struct tls_library *library = tls->library;
	/* A server asks a client for its certificate only if it was told whom to trust. */
	int mode = !wish->verifies || (wish->server && wish->ca == NULL) ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;

	if (wish->server && mode == SSL_VERIFY_PEER)
		mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
	library->SSL_CTX_set_verify(tls->context, mode, NULL);
	if (wish->ca == NULL)
		return library->SSL_CTX_set_default_verify_paths(tls->context) == 1 ||
		       say_library_error(message, "the system's certificates", NULL);
	return library->SSL_CTX_load_verify_locations(tls->context, wish->ca, NULL) == 1 ||
	       say_library_error(message, "trusted certificates", wish->ca);
}

/* As ncat has it. All connections of a side have the same one, of which is told once. */
static bool make_certificate(struct tls *tls, struct text *message)
{
	const struct tls_library *library = tls->library;
	bool first = sessions.made.certificate == NULL;

	if (!tls_made_prepare(&sessions.made, library) ||
	    library->SSL_CTX_use_certificate(tls->context, sessions.made.certificate) != 1 ||
	    library->SSL_CTX_use_PrivateKey(tls->context, sessions.made.key) != 1)
		return say_library_error(message, "a certificate of one's own", NULL);
	tls->made = first ? sessions.made.text : NULL;
	return true;
}

static bool set_certificate(struct tls *tls, const struct tls_wish *wish, struct text *message)
{
	const struct tls_library *library = tls->library;
	const char *key = wish->key == NULL ? wish->cert : wish->key;

	if (wish->cert == NULL && wish->key != NULL)
		text_add(message, "a key needs its certificate");
	if (wish->cert == NULL)
		return message->len == 0 && (!wish->server || make_certificate(tls, message));
	if (library->SSL_CTX_use_certificate_chain_file(tls->context, wish->cert) != 1)
		return say_library_error(message, "certificate", wish->cert);
	if (library->SSL_CTX_use_PrivateKey_file(tls->context, key, SSL_FILETYPE_PEM) != 1 ||
	    library->SSL_CTX_check_private_key(tls->context) != 1)
		return say_library_error(message, "private key", key);
	return true;
}

/* "h2,http/1.1" as the protocol has it: each with its length before it (RFC 7301). */
static bool set_protocols(struct tls *tls, const struct tls_wish *wish, struct text *message)
{
	const char *from = wish->alpn;

	if (from == NULL)
		return true;
	tls->alpn = xcalloc(1, strlen(from) + 2);
	for (; from != NULL; from = strchr(from, ',') == NULL ? NULL : strchr(from, ',') + 1) {
		size_t len = strcspn(from, ",");

		if (len == 0 || len > 255) {
			text_add(message, "ALPN names are separated by commas, and have 1 to 255 bytes");
			return false;
		}
		tls->alpn[tls->alpn_len++] = (unsigned char)len;
		memcpy(tls->alpn + tls->alpn_len, from, len);
		tls->alpn_len += (unsigned)len;
	}
	if (tls->server)
		tls->library->SSL_CTX_set_alpn_select_cb(tls->context, on_protocols, tls);
	else
		tls->library->SSL_CTX_set_alpn_protos(tls->context, tls->alpn, tls->alpn_len);
	return true;
}

/* The secrets of every connection are in it: for its owner alone. */
static bool set_keylog(const struct tls *tls, const struct tls_wish *wish, struct text *message)
{
	int fd;

	if (wish->keylog == NULL)
		return true;
	own_open(sessions.own);
	fd = open(wish->keylog, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		text_addf(message, "%s: %s", wish->keylog, strerror(errno));
	else if (sessions.keylog >= 0)
		close(sessions.keylog);
	if (fd >= 0)
		sessions.keylog = own_take(sessions.own, fd);
	own_close(sessions.own);
	if (fd >= 0)
		tls->library->SSL_CTX_set_keylog_callback(tls->context, on_key);
	return fd >= 0;
}

static bool make_context(struct tls *tls, const struct tls_wish *wish, struct text *message)
{
	const struct tls_library *library = tls->library;

	tls->context = library->SSL_CTX_new(wish->server ? library->TLS_server_method() : library->TLS_client_method());
	if (tls->context == NULL)
		return say_library_error(message, "TLS", NULL);
	/* It is we who tell of such an end (leave()): for the library it would be the end of sending, too. */
	library->SSL_CTX_set_options(tls->context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	library->SSL_CTX_set_default_read_buffer_len(tls->context, READ_BUFFER);
	library->SSL_CTX_ctrl(tls->context, SSL_CTRL_MODE,
			      SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, NULL);
	if (!wish->server) {
		library->SSL_CTX_ctrl(tls->context, SSL_CTRL_SET_SESS_CACHE_MODE,
				      SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL, NULL);
		library->SSL_CTX_sess_set_new_cb(tls->context, on_session);
	}
	return set_trust(tls, wish, message) && set_certificate(tls, wish, message) &&
	       set_protocols(tls, wish, message) && set_keylog(tls, wish, message);
}

/* A name of digits is an address: certificates may hold for one, but SNI has none (RFC 6066). */
static bool is_address(const char *name)
{
	return strchr(name, ':') != NULL || name[strspn(name, "0123456789.")] == '\0';
}

static bool make_connection(struct tls *tls, const struct tls_wish *wish, struct text *message)
{
	const struct tls_library *library = tls->library;
	BIO *bio = make_method() ? library->BIO_new(sessions.method) : NULL;

	tls->ssl = library->SSL_new(tls->context);
	if (tls->ssl == NULL || bio == NULL)
		return say_library_error(message, "TLS", NULL);
	library->BIO_set_data(bio, tls);
	library->BIO_set_init(bio, 1);
	library->SSL_set_bio(tls->ssl, bio, bio);
	if (wish->server) {
		library->SSL_set_accept_state(tls->ssl);
		return true;
	}
	library->SSL_set_connect_state(tls->ssl);
	if (wish->name != NULL) {
		char *name = xstrdup(wish->name);

		if (!is_address(name))
			library->SSL_ctrl(tls->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name);
		free(name);
		tls->named = library->SSL_set1_host(tls->ssl, wish->name) == 1;
	}
	if (wish->resumes && sessions.session != NULL)
		library->SSL_set_session(tls->ssl, sessions.session);
	return true;
}

static void tls_free(struct tls *tls)
{
	/* Its session may be resumed, though nobody said close_notify: that is for who wishes it. */
	if (tls->ssl != NULL && tls->library->SSL_is_init_finished(tls->ssl))
		tls->library->SSL_set_shutdown(tls->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	if (tls->ssl != NULL)
		tls->library->SSL_free(tls->ssl);
	if (tls->context != NULL)
		tls->library->SSL_CTX_free(tls->context);
	tls_forget_records(tls);
	free(tls->alpn);
	free(tls);
}

static bool load(struct text *message)
{
	if (sessions.library == NULL)
		sessions.library = tls_library_load(message);
	if (sessions.library == NULL || sessions.news[0] >= 0)
		return sessions.library != NULL;
	own_open(sessions.own);
	if (pipe2(sessions.news, O_CLOEXEC) != 0)
		die("a pipe for TLS cannot be made: %s", strerror(errno));
	for (int i = 0; i < 2; i++)
		sessions.news[i] = own_take(sessions.own, sessions.news[i]);
	own_close(sessions.own);
	fcntl(sessions.news[0], F_SETFL, O_NONBLOCK);
	return true;
}

bool tls_prepare(const struct tls_wish *wish, struct text *message)
{
	struct tls *tls;

	if (!load(message))
		return false;
	if (tls_of(wish->fd) != NULL) {
		text_addf(message, "%d has TLS already", wish->fd);
		return false;
	}
	tls = xcalloc(1, sizeof(*tls));
	tls->library = sessions.library;
	tls->side = sessions.name;
	tls->news = sessions.news[1];
	tls->fd = wish->fd;
	tls->server = wish->server;
	atomic_flag_clear(&tls->busy);
	tls->library->ERR_clear_error();
	if (!make_context(tls, wish, message) || !make_connection(tls, wish, message)) {
		tls_free(tls);
		return false;
	}
	tls_watch_records(tls);
	atomic_store(&sessions.of[wish->fd], tls);
	return true;
}

const char *tls_made_for(const struct tls *tls)
{
	return tls->made;
}

struct tls *tls_of(int fd)
{
	return fd >= 0 && fd < OWN_FIRST_MAX ? atomic_load(&sessions.of[fd]) : NULL;
}

/* One that a call is in is left to the end of the process. */
void tls_drop(int fd)
{
	struct tls *tls = tls_of(fd);

	if (tls == NULL)
		return;
	atomic_store(&sessions.of[fd], NULL);
	if (!atomic_flag_test_and_set(&tls->busy))
		tls_free(tls);
}

void tls_forget_all(void)
{
	for (int fd = 0; fd < OWN_FIRST_MAX && sessions.news[0] >= 0; fd++)
		atomic_store(&sessions.of[fd], NULL);
	for (int i = 0; i < 2 && sessions.news[i] >= 0; i++) {
		close(sessions.news[i]);
		sessions.news[i] = -1;
	}
}

#endif
