/*
 * OpenSSL's functions, loaded when TLS is used for the first time: a side that does not use it has nothing of it in
 * its memory. The table has them by their own names and types.
 */
#ifndef SOCKSTEP_SIDE_TLS_LIBRARY_H
#define SOCKSTEP_SIDE_TLS_LIBRARY_H

#include <stdbool.h>

#include "base/text.h"

#ifdef HAVE_OPENSSL
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define TLS_FUNCTIONS(FUNCTION) \
	FUNCTION(TLS_client_method) FUNCTION(TLS_server_method) FUNCTION(SSL_CTX_new) FUNCTION(SSL_CTX_free) \
	FUNCTION(SSL_CTX_set_verify) FUNCTION(SSL_CTX_set_default_verify_paths) FUNCTION(SSL_CTX_ctrl) \
	FUNCTION(SSL_CTX_load_verify_locations) FUNCTION(SSL_CTX_use_certificate_chain_file) \
	FUNCTION(SSL_CTX_use_PrivateKey_file) FUNCTION(SSL_CTX_check_private_key) FUNCTION(SSL_CTX_set_alpn_protos) \
	FUNCTION(SSL_CTX_set_alpn_select_cb) FUNCTION(SSL_CTX_set_keylog_callback) \
	FUNCTION(SSL_CTX_sess_set_new_cb) FUNCTION(SSL_select_next_proto) FUNCTION(SSL_new) FUNCTION(SSL_free) \
	FUNCTION(SSL_set_bio) FUNCTION(SSL_ctrl) FUNCTION(SSL_set1_host) FUNCTION(SSL_set_connect_state) \
	FUNCTION(SSL_set_accept_state) FUNCTION(SSL_do_handshake) FUNCTION(SSL_is_init_finished) FUNCTION(SSL_read) \
	FUNCTION(SSL_peek) FUNCTION(SSL_write) FUNCTION(SSL_shutdown) FUNCTION(SSL_has_pending) \
	FUNCTION(SSL_get_error) FUNCTION(SSL_get_version) FUNCTION(SSL_get_current_cipher) \
	FUNCTION(SSL_CIPHER_get_name) FUNCTION(SSL_get0_alpn_selected) FUNCTION(SSL_get_servername) \
	FUNCTION(SSL_get_peer_cert_chain) FUNCTION(SSL_get1_peer_certificate) FUNCTION(SSL_get_verify_result) \
	FUNCTION(SSL_session_reused) FUNCTION(SSL_set_msg_callback) FUNCTION(SSL_set_session) \
	FUNCTION(SSL_set_read_ahead) FUNCTION(SSL_CTX_set_options) FUNCTION(SSL_set_shutdown) \
	FUNCTION(SSL_CTX_set_default_read_buffer_len) \
	FUNCTION(SSL_SESSION_free) FUNCTION(SSL_set_ex_data) FUNCTION(SSL_get_ex_data) FUNCTION(BIO_meth_new) \
	FUNCTION(BIO_meth_free) FUNCTION(BIO_meth_set_write) FUNCTION(BIO_meth_set_read) \
	FUNCTION(BIO_meth_set_ctrl) FUNCTION(BIO_new) FUNCTION(BIO_set_data) FUNCTION(BIO_get_data) \
	FUNCTION(BIO_set_init) FUNCTION(BIO_set_flags) FUNCTION(BIO_clear_flags) FUNCTION(ERR_get_error) \
	FUNCTION(ERR_reason_error_string) FUNCTION(ERR_clear_error) FUNCTION(X509_verify_cert_error_string) \
	FUNCTION(X509_get_subject_name) FUNCTION(X509_get_issuer_name) FUNCTION(X509_NAME_entry_count) \
	FUNCTION(X509_NAME_get_entry) FUNCTION(X509_NAME_ENTRY_get_object) FUNCTION(X509_NAME_ENTRY_get_data) \
	FUNCTION(OBJ_obj2nid) FUNCTION(OBJ_nid2sn) FUNCTION(ASN1_STRING_to_UTF8) FUNCTION(CRYPTO_free) \
	FUNCTION(X509_get0_notBefore) FUNCTION(X509_get0_notAfter) FUNCTION(ASN1_TIME_to_tm) FUNCTION(X509_free) \
	FUNCTION(X509_get_ext_d2i) FUNCTION(GENERAL_NAMES_free) FUNCTION(GENERAL_NAME_get0_value) \
	FUNCTION(X509_new) FUNCTION(X509_set_version) FUNCTION(X509_get_serialNumber) \
	FUNCTION(ASN1_INTEGER_set_uint64) FUNCTION(X509_gmtime_adj) FUNCTION(X509_getm_notBefore) \
	FUNCTION(X509_getm_notAfter) FUNCTION(X509_set_pubkey) FUNCTION(X509_NAME_add_entry_by_txt) \
	FUNCTION(X509_set_issuer_name) FUNCTION(X509V3_set_ctx) FUNCTION(X509V3_EXT_conf_nid) FUNCTION(X509_add_ext) \
	FUNCTION(X509_EXTENSION_free) FUNCTION(X509_sign) FUNCTION(X509_digest) FUNCTION(EVP_sha256) \
	FUNCTION(EVP_PKEY_Q_keygen) FUNCTION(EVP_PKEY_free) FUNCTION(SSL_CTX_use_certificate) \
	FUNCTION(SSL_CTX_use_PrivateKey) \
	FUNCTION(ASN1_STRING_get0_data) FUNCTION(ASN1_STRING_length) FUNCTION(OPENSSL_sk_num) \
	FUNCTION(OPENSSL_sk_value)

struct tls_library {
#define FUNCTION(name) __typeof__(name) *name;
	TLS_FUNCTIONS(FUNCTION)
#undef FUNCTION
};
#endif

struct tls_library;

/* Loads it; to be called only while no call is on its way, since files are opened (worker.h). NULL with a message: it
 * is not there, or this program was built without it. What is loaded stays. */
struct tls_library *tls_library_load(struct text *message);

#endif
