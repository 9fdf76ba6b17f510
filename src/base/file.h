/*
 * Files written whole or not at all, and read within a bound. Nothing is owned here.
 *
 * A file is written under a temporary name in the folder where it is to stand, brought to the disk, and only then given
 * its name: a full disk, a signal or a crash leaves the old file as it was. No link is followed, nothing but a regular
 * file is replaced.
 */
#ifndef SOCKSTEP_BASE_FILE_H
#define SOCKSTEP_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/text.h"

/*
 * Writes `len` bytes as the file `path`. A new file has `mode` less the umask; of one that is replaced the permissions
 * that `mode` has too remain, so that nothing becomes more open than it was. False: nothing has changed (but the
 * temporary file is gone), `message` says why, and errno is the reason: a symbolic link, FIFO, socket, device or folder
 * stands there (EEXIST), the file may not be written (EACCES), no room (ENOSPC), or what else open(2), write(2),
 * fsync(2), close(2) or rename(2) answered.
 */
bool file_write_whole(const char *path, const void *bytes, size_t len, mode_t mode, struct text *message);

/* Each folder above that file which is not there is made, for this user alone; what fails shows in the writing. */
void file_make_folders(const char *path);

/*
 * Adds the whole of a regular file to `out`, at most `most` bytes. Symbolic links are followed, for it is the user who
 * names the file. False: `out` is as it was, `message` says why, errno is the reason: it is not there (ENOENT), no
 * regular file (EINVAL), longer than `most` (EFBIG), or what open(2) or read(2) answered. Never waits, not even for a
 * FIFO.
 */
bool file_read_whole(const char *path, size_t most, struct text *out, struct text *message);
/* The same for a file of the program's own: a symbolic link (ELOOP) and another user's file (EPERM) are refused. */
bool file_read_own(const char *path, size_t most, struct text *out, struct text *message);

#endif
