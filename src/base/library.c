#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

void *library_open(const char *file, const char *name, struct text *message)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		text_addf(message, "%s cannot be loaded: %s", name, dlerror());
	return library;
}

bool library_fetch(void *library, const char *name, void *function, struct text *message)
{
	void *found = dlsym(library, name);

	if (found == NULL && message->len == 0)
		text_addf(message, "the library has no function %s", name);
	/* C has no conversion from a pointer to data to one to a function; POSIX says that they are alike. */
	memcpy(function, &found, sizeof(found));
	return found != NULL;
}
