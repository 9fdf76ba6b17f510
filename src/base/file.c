#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"

/* ---- messages ---- */

/* "PATH: REASON (strerror)"; answers false and leaves errno as `reason`. */
static bool fail(struct text *message, const char *path, const char *what, int reason)
{
	show_string(message, path, SHOW_ASCII);
	text_addf(message, ": %s", what);
	errno = reason;
	return false;
}

static bool fail_with(struct text *message, const char *path, const char *what, int reason)
{
	show_string(message, path, SHOW_ASCII);
	text_addf(message, ": %s: %s", what, strerror(reason));
	errno = reason;
	return false;
}

static const char *kind_of(mode_t mode)
{
	if (S_ISLNK(mode))
		return "a symbolic link";
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

/* ---- writing ---- */

/*
 * The folder is opened once and everything done in it: should the path come to mean something else in between, the
 * temporary file and the final name still are in the same place.
 */
struct place {
	const char *path; /* (borrowed) as the user gave it */
	const char *name; /* its last part (borrowed, within path) */
	int folder;       /* O_PATH (owned) */
	char temporary[32];
	mode_t mode;
};

static bool open_folder(struct place *place, struct text *message)
{
	const char *slash = strrchr(place->path, '/');
	char *folder;

	place->name = slash ? slash + 1 : place->path;
	if (place->name[0] == '\0' || string_is(place->name, ".") || string_is(place->name, ".."))
		return fail(message, place->path, "is no name of a file", EISDIR);
	if (!slash)
		folder = xstrdup(".");
	else
		folder = xstrndup(place->path, slash == place->path ? 1 : (size_t)(slash - place->path));
	place->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (place->folder < 0)
		return fail_with(message, place->path, "its folder cannot be opened", errno);
	return true;
}

/* Is there nothing, or a regular file that may be written? `place->mode` then is what the new one may have. */
static bool may_stand_there(struct place *place, struct text *message)
{
	struct stat there;

	if (fstatat(place->folder, place->name, &there, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return true;
		return fail_with(message, place->path, "cannot be looked at", errno);
	}
	if (!S_ISREG(there.st_mode)) {
		fail(message, place->path, "is ", EEXIST);
		text_addf(message, "%s, not a regular file; it is left as it is", kind_of(there.st_mode));
		return false;
	}
	if (faccessat(place->folder, place->name, W_OK, AT_EACCESS) != 0)
		return fail_with(message, place->path, "cannot be written", errno);
	place->mode &= there.st_mode;
	return true;
}

/* A name that nobody can foresee; -1 with errno if no file can be made. */
static int create_temporary(struct place *place)
{
	for (int tries = 0; tries < 100; tries++) {
		unsigned long long number = 0;

		if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
			number = (unsigned long long)getpid() * 1000 + (unsigned long long)tries;
		snprintf(place->temporary, sizeof(place->temporary), ".sockstep-%016llx", number);
		int fd = openat(place->folder, place->temporary,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, place->mode);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* True, or errno. */
static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, bytes, len > SSIZE_MAX ? SSIZE_MAX : len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		if (written == 0) {
			errno = ENOSPC;
			return false;
		}
		bytes += written;
		len -= (size_t)written;
	}
	return true;
}

/* Each step can be the one that tells of a full disk or a broken one; close() must be asked too (NFS, quotas). */
static bool fill(int fd, const void *bytes, size_t len)
{
	bool good = write_all(fd, bytes, len) && fsync(fd) == 0;
	int reason = errno;

	if (close(fd) != 0 && good)
		return false;
	errno = reason;
	return good;
}

static bool write_in_place(struct place *place, const void *bytes, size_t len, struct text *message)
{
	int fd = create_temporary(place);

	if (fd < 0)
		return fail_with(message, place->path, "cannot be made", errno);
	if (fill(fd, bytes, len) &&
	    renameat(place->folder, place->temporary, place->folder, place->name) == 0)
		return true;
	int reason = errno;
	unlinkat(place->folder, place->temporary, 0);
	return fail_with(message, place->path, "cannot be written, and is left as it was", reason);
}

bool file_write_whole(const char *path, const void *bytes, size_t len, mode_t mode, struct text *message)
{
	struct place place = { .path = path, .folder = -1, .mode = mode };
	bool good;

	if (!open_folder(&place, message))
		return false;
	good = may_stand_there(&place, message) && write_in_place(&place, bytes, len, message);
	int reason = errno;
	close(place.folder);
	errno = reason;
	return good;
}

/* ---- reading ---- */

static bool is_readable_kind(int fd, const char *path, size_t most, struct text *message)
{
	struct stat there;

	if (fstat(fd, &there) != 0)
		return fail_with(message, path, "cannot be looked at", errno);
	if (!S_ISREG(there.st_mode)) {
		fail(message, path, "is ", EINVAL);
		text_addf(message, "%s, not a regular file", kind_of(there.st_mode));
		return false;
	}
	if (there.st_size > 0 && (unsigned long long)there.st_size > most) {
		fail(message, path, "is too long: ", EFBIG);
		text_addf(message, "%lld bytes, at most %zu are read", (long long)there.st_size, most);
		return false;
	}
	return true;
}

/* The size that fstat() told is not relied upon: the file may grow, and those in /proc tell 0. */
static bool read_all(int fd, const char *path, size_t most, struct text *out, struct text *message)
{
	size_t before = out->len;
	char piece[16384];

	for (;;) {
		ssize_t got = read(fd, piece, sizeof(piece));

		if (got == 0)
			return true;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int reason = errno;

			text_cut(out, before);
			return fail_with(message, path, "cannot be read", reason);
		}
		if ((size_t)got > most - (out->len - before)) {
			text_cut(out, before);
			fail(message, path, "is too long: ", EFBIG);
			text_addf(message, "at most %zu bytes are read", most);
			return false;
		}
		text_add_bytes(out, piece, (size_t)got);
	}
}

static bool is_own(int fd, const char *path, struct text *message)
{
	struct stat there;

	if (fstat(fd, &there) == 0 && there.st_uid != geteuid())
		return fail(message, path, "belongs to another user", EPERM);
	return true;
}

static bool read_with(const char *path, int flags, size_t most, struct text *out, struct text *message)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
	bool good;

	if (fd < 0 && errno == ELOOP && (flags & O_NOFOLLOW))
		return fail(message, path, "is a symbolic link, which is not followed", ELOOP);
	if (fd < 0)
		return fail_with(message, path, "cannot be opened", errno);
	good = is_readable_kind(fd, path, most, message) && (!(flags & O_NOFOLLOW) || is_own(fd, path, message)) &&
	       read_all(fd, path, most, out, message);
	int reason = errno;
	close(fd);
	errno = reason;
	return good;
}

bool file_read_whole(const char *path, size_t most, struct text *out, struct text *message)
{
	return read_with(path, 0, most, out, message);
}

bool file_read_own(const char *path, size_t most, struct text *out, struct text *message)
{
	return read_with(path, O_NOFOLLOW, most, out, message);
}

void file_make_folders(const char *path)
{
	char *folder = xstrdup(path);

	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(folder, 0700);
		*slash = '/';
	}
	free(folder);
}
