#include "session/made_path.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

static bool is_socket(const char *path, struct stat *status)
{
	return lstat(path, status) == 0 && S_ISSOCK(status->st_mode);
}

void made_path_note(struct made_path *made, const struct address *address)
{
	const struct sockaddr_un *name = &address->un;
	struct stat status;

	if (address->any.sa_family != AF_UNIX || name->sun_path[0] == '\0')
		return;
	free(made->path);
	made->path = xstrndup(name->sun_path, sizeof(name->sun_path));
	if (is_socket(made->path, &status)) {
		made->device = status.st_dev;
		made->inode = status.st_ino;
	}
}

void made_path_release(struct made_path *made)
{
	struct stat status;

	if (made->path != NULL && is_socket(made->path, &status) && status.st_dev == made->device &&
	    status.st_ino == made->inode)
		unlink(made->path);
	free(made->path);
	made->path = NULL;
}
