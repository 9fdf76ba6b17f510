#include "side/tls_library.h"

#include <stdlib.h>

#include "base/library.h"
#include "base/mem.h"

#ifdef HAVE_OPENSSL

/* The version whose headers this was built with (its ABI is the same for all of OpenSSL 3). */
static const char library_name[] = "libssl.so.3";

struct tls_library *tls_library_load(struct text *message)
{
	void *handle = library_open(library_name, "OpenSSL", message);
	struct tls_library *library;

	if (handle == NULL)
		return NULL;
	library = xcalloc(1, sizeof(*library));
#define FUNCTION(name) library_fetch(handle, #name, &library->name, message);
	TLS_FUNCTIONS(FUNCTION)
#undef FUNCTION
	if (message->len == 0)
		return library;
	free(library);
	return NULL;
}

#else

struct tls_library *tls_library_load(struct text *message)
{
	text_add(message, "TLS is missing: this sockstep was built --without-openssl");
	return NULL;
}

#endif
