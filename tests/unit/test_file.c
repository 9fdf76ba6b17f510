/* Files are written whole or not at all, only over regular files, and read within a bound. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "skip.h"

/* Each test runs in an empty folder of its own, which is its current one. */
static int enter_folder(void **state)
{
	char *folder = xstrdup("/tmp/sockstep-file-XXXXXX");

	umask(022);
	*state = folder;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	char *remove = text_format("rm -rf '%s'", (char *)*state);
	int status = chdir("/") == 0 ? system(remove) : -1;

	free(remove);
	free(*state);
	return status;
}

static void put(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *path, const char *content)
{
	struct text text, message;

	text_init(&text);
	text_init(&message);
	assert_true(file_read_whole(path, 1 << 20, &text, &message));
	assert_string_equal(text.data, content);
	text_release(&text);
	text_release(&message);
}

/* How many names the folder has: no temporary file may be among them. */
static int names_in(const char *path)
{
	DIR *folder = opendir(path);
	int count = 0;

	assert_non_null(folder);
	for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
		count += !string_is(entry->d_name, ".") && !string_is(entry->d_name, "..");
	closedir(folder);
	return count;
}

/* The reason, 0 for success; whether there is a message must agree. */
static int write_as(const char *path, const char *content, mode_t mode)
{
	struct text message;
	bool good;
	int reason;

	text_init(&message);
	errno = 0;
	good = file_write_whole(path, content, strlen(content), mode, &message);
	reason = good ? 0 : errno;
	assert_true(good || reason != 0);
	assert_int_equal(good, message.len == 0);
	text_release(&message);
	return reason;
}

static mode_t mode_of(const char *path)
{
	struct stat there;

	assert_int_equal(lstat(path, &there), 0);
	return there.st_mode;
}

static void is_written(void **state)
{
	(void)state;
	assert_int_equal(write_as("new", "one", 0666), 0);
	assert_holds("new", "one");
	assert_int_equal(mode_of("new"), S_IFREG | 0644);
	assert_int_equal(write_as("new", "", 0666), 0);
	assert_holds("new", "");
	assert_int_equal(write_as("./new", "three", 0666), 0);
	assert_holds("new", "three");
	assert_int_equal(names_in("."), 1);
}

/* What is replaced does not become more open than it was, nor than what was asked. */
static void keeps_the_narrower_mode(void **state)
{
	(void)state;
	assert_int_equal(write_as("own", "x", 0600), 0);
	assert_int_equal(mode_of("own"), S_IFREG | 0600);
	assert_int_equal(write_as("own", "y", 0666), 0);
	assert_int_equal(mode_of("own"), S_IFREG | 0600);
	assert_int_equal(chmod("own", 0644), 0);
	assert_int_equal(write_as("own", "z", 0600), 0);
	assert_int_equal(mode_of("own"), S_IFREG | 0600);
}

static void make_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&addr, sizeof(addr)), 0);
	close(fd);
}

/* Every kind of thing that can stand at a path. */
static void replaces_only_regular_files(void **state)
{
	char *too_long = xmalloc(NAME_MAX + 2);

	(void)state;
	put("regular", "old");
	assert_int_equal(symlink("regular", "link"), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(symlink("folder", "link-to-folder"), 0);
	assert_int_equal(mkfifo("fifo", 0644), 0);
	make_socket("socket");
	assert_int_equal(link("regular", "hard"), 0);
	memset(too_long, 'n', NAME_MAX + 1);
	too_long[NAME_MAX + 1] = '\0';

	assert_int_equal(write_as("link", "new", 0644), EEXIST);
	assert_int_equal(write_as("dangling", "new", 0644), EEXIST);
	assert_int_equal(write_as("link-to-folder", "new", 0644), EEXIST);
	assert_int_equal(write_as("folder", "new", 0644), EEXIST);
	assert_int_equal(write_as("fifo", "new", 0644), EEXIST);
	assert_int_equal(write_as("socket", "new", 0644), EEXIST);
	assert_int_equal(write_as("/dev/null", "new", 0644), EEXIST);
	assert_int_equal(write_as("/dev/full", "new", 0644), EEXIST);
	assert_int_equal(write_as("nofolder/file", "new", 0644), ENOENT);
	assert_int_equal(write_as("regular/file", "new", 0644), ENOTDIR);
	assert_int_equal(write_as("folder/", "new", 0644), EISDIR);
	assert_int_equal(write_as("", "new", 0644), EISDIR);
	assert_int_equal(write_as("..", "new", 0644), EISDIR);
	assert_int_equal(write_as(too_long, "new", 0644), ENAMETOOLONG);
	assert_holds("regular", "old");
	assert_true(S_ISLNK(mode_of("link")) && S_ISLNK(mode_of("dangling")) && S_ISFIFO(mode_of("fifo")));
	assert_int_equal(access("nowhere", F_OK), -1);
	assert_int_equal(names_in("folder"), 0);

	assert_int_equal(write_as("hard", "new", 0644), 0);
	assert_holds("regular", "old");
	assert_int_equal(write_as("link-to-folder/file", "new", 0644), 0);
	assert_holds("folder/file", "new");
	assert_int_equal(names_in("."), 8);
	free(too_long);
}

/* In a child, so that what it gives up or is bounded by stays its own. 0: as expected; 77: cannot be tried here. */
static int in_child(int (*trial)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(trial());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect_child(int (*trial)(void))
{
	int status = in_child(trial);

	if (status == 77)
		SKIP("no user namespace, or no file system in it, can be made here");
	assert_int_equal(status, 0);
}

static bool fails_with(const char *path, const char *bytes, size_t len, int reason)
{
	struct text message;

	text_init(&message);
	bool good = file_write_whole(path, bytes, len, 0644, &message);
	int why = errno;
	bool said = message.len > 0;
	text_release(&message);
	return !good && why == reason && said;
}

static char *big(size_t len)
{
	char *bytes = xmalloc(len);

	memset(bytes, 'b', len);
	return bytes;
}

static int try_limit(void)
{
	const struct rlimit limit = { .rlim_cur = 1000, .rlim_max = 1000 };
	char *bytes = big(5000);

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 77;
	bool told = fails_with("kept", bytes, 5000, EFBIG);
	free(bytes);
	return told ? 0 : 1;
}

static void a_limit_is_told(void **state)
{
	(void)state;
	put("kept", "old");
	expect_child(try_limit);
	assert_holds("kept", "old");
	assert_int_equal(names_in("."), 1);
}

static bool tell(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content);

	if (fd >= 0)
		close(fd);
	return good;
}

/* Where a file system can be mounted: a mount namespace, of a user namespace in which we are root. */
static bool enter_namespace(void)
{
	char *uids = text_format("0 %u 1", (unsigned)geteuid());
	char *gids = text_format("0 %u 1", (unsigned)getegid());
	bool good = unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && tell("/proc/self/setgroups", "deny") &&
		    tell("/proc/self/uid_map", uids) && tell("/proc/self/gid_map", gids);

	free(uids);
	free(gids);
	return good && mount(NULL, "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
}

static int try_full_disk(void)
{
	char *bytes = big(256 * 1024);

	if (!enter_namespace() || mount("small", "disk", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k") != 0)
		return 77;
	if (write_as("disk/kept", "old", 0644) != 0)
		return 1;
	bool told = fails_with("disk/kept", bytes, 256 * 1024, ENOSPC);
	free(bytes);
	if (!told || names_in("disk") != 1)
		return 2;
	/* The room is there again: the temporary file is gone. */
	assert_holds("disk/kept", "old");
	return write_as("disk/other", "fits", 0644) == 0 ? 0 : 3;
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	assert_int_equal(mkdir("disk", 0755), 0);
	expect_child(try_full_disk);
}

static int try_without_rights(void)
{
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 77;
	if (write_as("closed/new", "x", 0644) != EACCES)
		return 1;
	return write_as("open/read-only", "x", 0644) == EACCES ? 0 : 2;
}

static void rights_are_respected(void **state)
{
	(void)state;
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(mkdir("closed", 0555), 0);
	assert_int_equal(mkdir("open", 0755), 0);
	assert_int_equal(chmod("open", 0777), 0);
	put("open/read-only", "old");
	assert_int_equal(chmod("open/read-only", 0444), 0);
	expect_child(try_without_rights);
	assert_holds("open/read-only", "old");
	assert_int_equal(names_in("open"), 1);
}

/* ---- reading ---- */

typedef bool (*reader)(const char *path, size_t most, struct text *out, struct text *message);

static int read_as(reader read_file, const char *path, size_t most)
{
	struct text text, message;

	text_init(&text);
	text_init(&message);
	text_add(&text, "before ");
	bool good = read_file(path, most, &text, &message);
	int reason = good ? 0 : errno;
	assert_int_equal(good, message.len == 0);
	if (!good)
		assert_string_equal(text.data, "before ");
	text_release(&text);
	text_release(&message);
	return reason;
}

static void is_read_within_a_bound(void **state)
{
	(void)state;
	put("file", "12345");
	put("empty", "");
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(mkfifo("fifo", 0644), 0);
	assert_int_equal(read_as(file_read_whole, "file", 5), 0);
	assert_int_equal(read_as(file_read_whole, "file", 4), EFBIG);
	assert_int_equal(read_as(file_read_whole, "empty", 0), 0);
	assert_int_equal(read_as(file_read_whole, "link", 5), 0);
	assert_int_equal(read_as(file_read_whole, "/proc/self/status", 10), EFBIG);
	assert_int_equal(read_as(file_read_whole, "/proc/self/status", 100000), 0);
	assert_int_equal(read_as(file_read_whole, "fifo", 5), EINVAL);
	assert_int_equal(read_as(file_read_whole, "/dev/zero", 5), EINVAL);
	assert_int_equal(read_as(file_read_whole, ".", 5), EINVAL);
	assert_int_equal(read_as(file_read_whole, "none", 5), ENOENT);
}

static void own_files_follow_no_link(void **state)
{
	(void)state;
	put("file", "12345");
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(read_as(file_read_own, "file", 5), 0);
	assert_int_equal(read_as(file_read_own, "link", 5), ELOOP);
	if (geteuid() == 0) {
		assert_int_equal(chown("file", 65534, 65534), 0);
		assert_int_equal(read_as(file_read_own, "file", 5), EPERM);
	}
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(is_written),
		IN_FOLDER(keeps_the_narrower_mode),
		IN_FOLDER(replaces_only_regular_files),
		IN_FOLDER(a_limit_is_told),
		IN_FOLDER(a_full_disk_is_told),
		IN_FOLDER(rights_are_respected),
		IN_FOLDER(is_read_within_a_bound),
		IN_FOLDER(own_files_follow_no_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
