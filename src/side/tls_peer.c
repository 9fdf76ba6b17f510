/*
 * What a handshake came to, and who the peer says it is.
 */
#include "side/tls_part.h"

#ifdef HAVE_OPENSSL

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/show.h"

/* A peer may send as many as it likes, and names as long, of as many parts. */
enum { CERTIFICATES_SHOWN = 8, NAMES_SHOWN = 16, NAME_SHOWN = 200, PARTS_SHOWN = 8 };

/* "/CN=localhost". The bytes are whatever the peer likes, with a NUL in their midst if that might deceive somebody. */
static void add_part(struct text *out, const struct tls_library *library, const X509_NAME_ENTRY *part)
{
	const char *kind = library->OBJ_nid2sn(library->OBJ_obj2nid(library->X509_NAME_ENTRY_get_object(part)));
	unsigned char *value = NULL;
	int len = library->ASN1_STRING_to_UTF8(&value, library->X509_NAME_ENTRY_get_data(part));

	text_addf(out, "/%s=", kind);
	if (len < 0) {
		text_add(out, "?");
		return;
	}
	show_bytes(out, value, len < NAME_SHOWN ? (size_t)len : NAME_SHOWN, SHOW_ASCII);
	if (len > NAME_SHOWN)
		text_addf(out, " and %d bytes more", len - NAME_SHOWN);
	library->CRYPTO_free(value, __FILE__, __LINE__);
}

static void add_name(struct text *out, const struct tls_library *library, const X509_NAME *name)
{
	int count = library->X509_NAME_entry_count(name);

	for (int i = 0; i < count && i < PARTS_SHOWN; i++)
		add_part(out, library, library->X509_NAME_get_entry(name, i));
	if (count > PARTS_SHOWN)
		text_addf(out, " and %d parts more", count - PARTS_SHOWN);
	if (count == 0)
		text_add(out, "nobody");
}

static void add_date(struct text *out, const struct tls_library *library, const ASN1_TIME *time)
{
	char date[32];
	struct tm broken;

	if (time == NULL || library->ASN1_TIME_to_tm(time, &broken) != 1 ||
	    strftime(date, sizeof(date), "%Y-%m-%d", &broken) == 0)
		text_add(out, "?");
	else
		text_add(out, date);
}

/* The DNS names for which it holds (RFC 6125). */
static void add_alternatives(struct text *out, const struct tls_library *library, const X509 *certificate)
{
	GENERAL_NAMES *names = library->X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	const OPENSSL_STACK *list = (const OPENSSL_STACK *)(const void *)names;
	int shown = 0, more = 0;

	for (int i = 0; names != NULL && i < library->OPENSSL_sk_num(list); i++) {
		const GENERAL_NAME *name = library->OPENSSL_sk_value(list, i);
		int type;
		const ASN1_STRING *value = library->GENERAL_NAME_get0_value(name, &type);

		if (type != GEN_DNS || value == NULL)
			continue;
		if (shown == NAMES_SHOWN) {
			more++;
			continue;
		}
		text_add(out, shown++ == 0 ? ", for " : " ");
		show_bytes(out, library->ASN1_STRING_get0_data(value),
			   (size_t)library->ASN1_STRING_length(value), SHOW_ASCII);
	}
	if (more > 0)
		text_addf(out, " and %d more", more);
	if (names != NULL)
		library->GENERAL_NAMES_free(names);
}

/* "/CN=localhost, issued by /CN=test, 2026-11-20 to 2026-12-20, for localhost" */
static void add_certificate(struct text *out, const struct tls_library *library, const X509 *certificate)
{
	if (out->len > 0)
		text_add_char(out, '\n');
	add_name(out, library, library->X509_get_subject_name(certificate));
	text_add(out, ", issued by ");
	add_name(out, library, library->X509_get_issuer_name(certificate));
	text_add(out, ", ");
	add_date(out, library, library->X509_get0_notBefore(certificate));
	text_add(out, " to ");
	add_date(out, library, library->X509_get0_notAfter(certificate));
	add_alternatives(out, library, certificate);
}

/* Of a client the server has the certificate itself aside. */
static char *chain_of(const struct tls *tls)
{
	const struct tls_library *library = tls->library;
	const OPENSSL_STACK *chain = (const OPENSSL_STACK *)(const void *)library->SSL_get_peer_cert_chain(tls->ssl);
	int count = chain == NULL ? 0 : library->OPENSSL_sk_num(chain);
	X509 *own = tls->server ? library->SSL_get1_peer_certificate(tls->ssl) : NULL;
	struct text text;

	text_init(&text);
	if (own != NULL)
		add_certificate(&text, library, own);
	for (int i = 0; i < count && i < CERTIFICATES_SHOWN; i++)
		add_certificate(&text, library, library->OPENSSL_sk_value(chain, i));
	if (count > CERTIFICATES_SHOWN)
		text_addf(&text, "\nand %d more", count - CERTIFICATES_SHOWN);
	if (own != NULL)
		library->X509_free(own);
	if (text.len > 0)
		return text_take(&text);
	text_release(&text);
	return NULL;
}

static char *protocol_of(const struct tls *tls)
{
	const unsigned char *protocol = NULL;
	unsigned len = 0;
	struct text text;

	tls->library->SSL_get0_alpn_selected(tls->ssl, &protocol, &len);
	if (protocol == NULL || len == 0)
		return NULL;
	text_init(&text);
	show_bytes(&text, protocol, len, SHOW_ASCII);
	return text_take(&text);
}

static char *shown_or_null(const char *string)
{
	struct text text;

	if (string == NULL)
		return NULL;
	text_init(&text);
	show_string(&text, string, SHOW_ASCII);
	return text_take(&text);
}

/* A certificate that somebody trusted signed, for whomever, is not that of the server that was meant. */
static void take_peer(const struct tls *tls, struct event_tls *event)
{
	long verified = tls->library->SSL_get_verify_result(tls->ssl);
	bool for_nobody = verified == X509_V_OK && !tls->server && !tls->named;

	event->chain = chain_of(tls);
	if (event->chain != NULL)
		event->verify = xstrdup(for_nobody ? "ok, but for no name" :
					tls->library->X509_verify_cert_error_string(verified));
}

void tls_tell_refused(struct tls *tls)
{
	struct event event;

	tls_begin_event(tls, "refused", &event);
	take_peer(tls, &event.tls);
	if (event.tls.chain == NULL)
		event_release(&event);
	else
		tls_tell(tls, &event);
}

void tls_tell_established(struct tls *tls)
{
	const struct tls_library *library = tls->library;
	const SSL_CIPHER *cipher = library->SSL_get_current_cipher(tls->ssl);
	struct event event;

	tls_begin_event(tls, "established", &event);
	event.tls.version = xstrdup(library->SSL_get_version(tls->ssl));
	event.tls.cipher = xstrdup(library->SSL_CIPHER_get_name(cipher));
	event.tls.alpn = protocol_of(tls);
	event.tls.name = shown_or_null(library->SSL_get_servername(tls->ssl, TLSEXT_NAMETYPE_host_name));
	event.tls.resumed = library->SSL_session_reused(tls->ssl) == 1;
	take_peer(tls, &event.tls);
	tls_tell(tls, &event);
}

#endif
