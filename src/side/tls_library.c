#include "side/tls_library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#ifdef HAVE_OPENSSL

/* The version whose headers this was built with (its ABI is the same for all of OpenSSL 3). */
static const char library_name[] = "libssl.so.3";

static void *look_up(void *handle, const char *name, struct text *message)
{
	void *function = dlsym(handle, name);

	if (function == NULL && message->len == 0)
		text_addf(message, "%s has no function %s", library_name, name);
	return function;
}

struct tls_library *tls_library_load(struct text *message)
{
	void *handle = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
	struct tls_library *library;
	void *function;

	if (handle == NULL) {
		text_addf(message, "OpenSSL cannot be loaded: %s", dlerror());
		return NULL;
	}
	library = xcalloc(1, sizeof(*library));
#define FUNCTION(name) \
	function = look_up(handle, #name, message); \
	memcpy(&library->name, &function, sizeof(function));
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
