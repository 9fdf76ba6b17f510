#include "left.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

/* Is the process one of those in the background, or below one? They are leaders of their groups. */
static bool is_background(const struct drive *drive, pid_t pid)
{
	pid_t group = getpgid(pid);

	for (size_t i = 0; i < drive->background_count; i++)
		if (drive->background[i] == group)
			return true;
	return false;
}

FILE *left_children(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	return fopen(path, "re");
}

bool left_nobody(struct drive *drive)
{
	FILE *children = left_children(getpid());
	bool nobody = drive->terminal.child <= 0 || terminal_has_ended(&drive->terminal);
	int pid;

	while (children != NULL && fscanf(children, "%d", &pid) == 1)
		if (pid != drive->terminal.leader && !is_background(drive, pid)) {
			waitpid(pid, NULL, WNOHANG);
			nobody = false;
		}
	if (children != NULL)
		fclose(children);
	return nobody;
}

/* "4711 (sockstep) D, in unregister_netdevice": who it is, its state, and where in the kernel it sleeps. */
static void describe_process(struct text *out, int pid)
{
	char path[64], words[64] = "gone by now", place[64] = "0";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if ((file = fopen(path, "re")) != NULL) {
		(void)!fscanf(file, "%*d %63[^)]", words);
		(void)!fscanf(file, ") %63s", place);
		fclose(file);
	}
	text_addf(out, "%d %s) %s", pid, words, place);
	snprintf(path, sizeof(path), "/proc/%d/wchan", pid);
	if ((file = fopen(path, "re")) != NULL) {
		if (fscanf(file, "%63s", place) == 1)
			text_addf(out, ", in %s", place);
		fclose(file);
	}
	text_add_char(out, '\n');
}

void left_say(struct drive *drive)
{
	FILE *children = left_children(getpid());
	int pid;

	if (drive->terminal.child > 0)
		text_addf(&drive->message, "the program, %d, has not ended\n", (int)drive->terminal.child);
	while (children != NULL && fscanf(children, "%d", &pid) == 1)
		if (pid != drive->terminal.leader && !is_background(drive, pid))
			describe_process(&drive->message, pid);
	if (children != NULL)
		fclose(children);
}
