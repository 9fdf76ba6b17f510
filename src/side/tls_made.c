#include "side/tls_made.h"

#ifdef HAVE_OPENSSL

#include <stdint.h>
#include <sys/random.h>

#include "base/mem.h"

enum { BEGINS = -3600, ENDS = 365 * 24 * 3600, VERSION_3 = 2 }; /* seconds from now: clocks differ; X.509's number */

static const char names[] = "DNS:localhost,IP:127.0.0.1,IP:::1";

static bool set_serial(const struct tls_library *library, X509 *certificate)
{
	uint64_t serial = 1;

	/* Without chance it is 1, which is as good to everybody but a cache. */
	if (getrandom(&serial, sizeof(serial), GRND_NONBLOCK) != (ssize_t)sizeof(serial))
		serial = 1;
	return library->ASN1_INTEGER_set_uint64(library->X509_get_serialNumber(certificate), serial >> 1) == 1;
}

static bool set_names(const struct tls_library *library, X509 *certificate)
{
	X509_NAME *subject = library->X509_get_subject_name(certificate);
	X509V3_CTX context = { 0 };
	X509_EXTENSION *extension;
	bool ok;

	if (library->X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
						0) != 1 ||
	    library->X509_set_issuer_name(certificate, subject) != 1)
		return false;
	library->X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = library->X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, names);
	ok = extension != NULL && library->X509_add_ext(certificate, extension, -1) == 1;
	library->X509_EXTENSION_free(extension);
	return ok;
}

static bool fill_in(const struct tls_library *library, X509 *certificate, EVP_PKEY *key)
{
	return library->X509_set_version(certificate, VERSION_3) == 1 && set_serial(library, certificate) &&
	       library->X509_gmtime_adj(library->X509_getm_notBefore(certificate), BEGINS) != NULL &&
	       library->X509_gmtime_adj(library->X509_getm_notAfter(certificate), ENDS) != NULL &&
	       library->X509_set_pubkey(certificate, key) == 1 && set_names(library, certificate) &&
	       library->X509_sign(certificate, key, library->EVP_sha256()) > 0;
}

static char *describe(const struct tls_library *library, const X509 *certificate)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	struct text text;

	text_init(&text);
	text_add(&text, "no certificate was given, so one was made: self-signed, for localhost, SHA-256 ");
	library->X509_digest(certificate, library->EVP_sha256(), digest, &len);
	for (unsigned i = 0; i < len; i++)
		text_addf(&text, "%02x", digest[i]);
	return text_take(&text);
}

bool tls_made_prepare(struct tls_made *made, const struct tls_library *library)
{
	X509 *certificate;
	EVP_PKEY *key;

	if (made->certificate != NULL)
		return true;
	certificate = library->X509_new();
	key = library->EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	if (certificate == NULL || key == NULL || !fill_in(library, certificate, key)) {
		library->X509_free(certificate);
		library->EVP_PKEY_free(key);
		return false;
	}
	*made = (struct tls_made){ certificate, key, describe(library, certificate) };
	return true;
}

#endif
