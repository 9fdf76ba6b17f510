#include "side/lab_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/mem.h"

enum { PLAIN = MS_NOSUID | MS_NODEV | MS_NOEXEC };

/* What lies over a file of /etc, made in /run. An empty resolv.conf means this host's own name server, of which there
 * is none: should anybody ask it, nothing goes to the wire. */
struct cover {
	const char *made, *path, *content;
};

static const struct cover hosts_cover = { "/run/hosts", "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n" };
static const struct cover covers[] = {
	{ "/run/nsswitch.conf", "/etc/nsswitch.conf", "hosts: files\n" },
	{ "/run/resolv.conf", "/etc/resolv.conf", "" },
};

/* The descriptor, -1 with errno. */
static int put_cover(const struct cover *cover)
{
	size_t len = strlen(cover->content);
	int fd = open(cover->made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	int error = 0;

	if (fd < 0)
		return -1;
	if (write(fd, cover->content, len) != (ssize_t)len || mount(cover->made, cover->path, NULL, MS_BIND, NULL) != 0)
		error = errno;
	unlink(cover->made);
	if (error == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* resolv.conf may be a link into /run, which is empty now: as good as an empty file. */
static void cover_names(struct lab_files *files, struct text *notes)
{
	files->hosts = put_cover(&hosts_cover);
	if (files->hosts < 0)
		text_addf(notes, "names of the lab do not resolve: nothing can be laid over /etc/hosts (%s). ",
			  strerror(errno));
	for (size_t i = 0; i < COUNT_OF(covers); i++) {
		int fd = put_cover(&covers[i]);

		if (fd >= 0)
			close(fd);
		else if (errno != ENOENT)
			text_addf(notes, "nothing can be laid over %s (%s). ", covers[i].path, strerror(errno));
	}
}

/* Makes an empty /etc/hosts appear where a system has none, so that something can be laid over it: by a layer over
 * /etc, which may be read only. Linux 5.11 or later; where it is refused there are no names. */
static void supply_hosts(void)
{
	int fd;

	if (access("/etc/hosts", F_OK) == 0 || mount("tmpfs", "/run", "tmpfs", PLAIN, "mode=755") != 0)
		return;
	fd = open("/run/hosts", O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd >= 0) {
		mount("overlay", "/etc", "overlay", PLAIN | MS_RDONLY, "lowerdir=/run:/etc");
		close(fd);
	}
	umount2("/run", MNT_DETACH);
}

/* Slaves: what is mounted or unmounted outside is so here too, and nothing of ours goes out. */
static bool mount_own(struct text *notes)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0) {
		/* Refused where parts of /proc are hidden, as in containers: then the old one serves. */
		mount("proc", "/proc", "proc", PLAIN, NULL);
		supply_hosts();
		if (mount("tmpfs", "/run", "tmpfs", PLAIN, "mode=755,size=16m") == 0)
			return true;
	}
	text_addf(notes, "names of the lab do not resolve: it cannot have an own /run (%s). ", strerror(errno));
	return false;
}

void lab_files_begin(struct lab_files *files, struct text *notes)
{
	*files = (struct lab_files){ .hosts = -1, .outer_proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC) };
	if (mount_own(notes))
		cover_names(files, notes);
}

void lab_files_release(struct lab_files *files)
{
	if (files->hosts >= 0)
		close(files->hosts);
	if (files->outer_proc >= 0)
		close(files->outer_proc);
}

/* In one write, and then the rest is cut off: whoever reads meanwhile finds whole lines of before or of now, as long as
 * lines are only added. */
void lab_files_write_hosts(const struct lab_files *files, const struct text *lines)
{
	if (files->hosts < 0)
		return;
	if (pwrite(files->hosts, lines->data, lines->len, 0) != (ssize_t)lines->len ||
	    ftruncate(files->hosts, (off_t)lines->len) != 0)
		die("the lab's /etc/hosts cannot be written: %s", strerror(errno));
}

/* proc_pid_fdinfo(5): "Pid:" is the number in the PID namespace that this /proc belongs to. */
long lab_files_outer_pid(const struct lab_files *files, int pidfd)
{
	static const char label[] = "\nPid:";
	char path[64], info[1024];
	const char *found;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "self/fdinfo/%d", pidfd);
	fd = openat(files->outer_proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	len = read(fd, info, sizeof(info) - 1);
	close(fd);
	info[len < 0 ? 0 : len] = '\0';
	found = strstr(info, label);
	return found == NULL ? -1 : strtol(found + sizeof(label) - 1, NULL, 10);
}
