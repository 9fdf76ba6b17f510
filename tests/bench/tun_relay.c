/*
 * tun_relay: the least that a wire between two hosts can do, for comparison: two network namespaces with a TUN device
 * in each, 10.0.0.1 and 10.0.0.2, and one process that writes to either what it reads from the other. After a packet it
 * reads on for 30 us before it sleeps.
 *
 *	tun_relay
 *
 * Prints the numbers of two processes, one in each namespace, and runs until the end of standard input; they end with
 * it. Status: 2 where there is no TUN device to be had.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_FAILURE = 2, HOSTS = 2, FRAME_MOST = 65536 };

static const double SPIN_US = 30;

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void set_address(struct ifreq *request, const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET };

	inet_pton(AF_INET, address, &in.sin_addr);
	memcpy(&request->ifr_addr, &in, sizeof(in));
}

static void configure(const char *address)
{
	struct ifreq request = { .ifr_name = "tun0" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	set_address(&request, address);
	if (fd < 0 || ioctl(fd, SIOCSIFADDR, &request) != 0)
		err(STATUS_FAILURE, "the address of tun0");
	set_address(&request, "255.255.255.0");
	if (ioctl(fd, SIOCSIFNETMASK, &request) != 0)
		err(STATUS_FAILURE, "the network of tun0");
	request.ifr_flags = IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		err(STATUS_FAILURE, "tun0 does not go up");
	close(fd);
}

/* Who stays in the namespace, for others to enter it. */
static void leave_somebody(void)
{
	pid_t child = fork();

	if (child < 0)
		err(STATUS_FAILURE, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(STDOUT_FILENO);
		while (pause() != 0)
			continue;
	}
	printf("%d\n", (int)child);
}

static int make_host(const char *address)
{
	struct ifreq request = { .ifr_name = "tun0", .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd;

	if (unshare(CLONE_NEWNET) != 0)
		err(STATUS_FAILURE, "a network namespace");
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0)
		err(STATUS_FAILURE, "a TUN device");
	configure(address);
	leave_somebody();
	return fd;
}

static bool carry(int from, int to)
{
	static char frame[FRAME_MOST];
	ssize_t len = read(from, frame, sizeof(frame));

	return len > 0 && write(to, frame, (size_t)len) == len;
}

int main(void)
{
	struct pollfd fds[HOSTS + 1] = { { .events = POLLIN }, { .events = POLLIN }, { STDIN_FILENO, POLLIN, 0 } };
	double last = 0;

	if (geteuid() != 0 && unshare(CLONE_NEWUSER) != 0)
		err(STATUS_FAILURE, "a user namespace");
	fds[0].fd = make_host("10.0.0.1");
	fds[1].fd = make_host("10.0.0.2");
	fflush(stdout);
	while (fds[HOSTS].revents == 0) {
		for (int i = 0; i < HOSTS; i++)
			if (carry(fds[i].fd, fds[1 - i].fd))
				last = now_us();
		if (now_us() > last + SPIN_US && poll(fds, HOSTS + 1, -1) < 0)
			err(STATUS_FAILURE, "poll");
	}
	return 0;
}
