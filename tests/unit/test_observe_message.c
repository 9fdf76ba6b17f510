/*
 * Answers of the kernel taken apart, and what is made of bad ones. True answers and a made-up one are cut at every byte
 * and changed in every bit; a kernel of our own on the other end of a socket pair interrupts, loses, refuses and lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/constants.h"
#include "observe/diag_message.h"
#include "observe/proc_raw.h"
#include "observe_help.h"
#include "skip.h"

enum { MESSAGE_ROOM = 4096, LARGER_THAN_THE_BUFFER = 33000 };

struct recorded {
	_Alignas(struct nlmsghdr) unsigned char bytes[MESSAGE_ROOM];
	size_t len;
	int protocol;
};

/* Messages to take apart */

static struct nlmsghdr *begin(struct recorded *recorded, uint16_t type, uint32_t seq)
{
	struct nlmsghdr *header;

	/* The padding too: a message that is spoiled may be read there. */
	memset(recorded->bytes, 0, sizeof(recorded->bytes));
	header = mnl_nlmsg_put_header(recorded->bytes);
	header->nlmsg_type = type;
	header->nlmsg_seq = seq;
	return header;
}

/* Client 10.0.0.1:40312 of server 10.0.0.2:80, cookie 0x200000001. */
static struct nlmsghdr *begin_tcp(struct recorded *recorded, uint32_t seq)
{
	struct nlmsghdr *header = begin(recorded, SOCK_DIAG_BY_FAMILY, seq);
	struct inet_diag_msg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));

	recorded->protocol = IPPROTO_TCP;
	message->idiag_family = AF_INET;
	message->idiag_state = STATE_NEW_SYN_RECV;
	message->idiag_timer = 4;
	message->idiag_retrans = 3;
	message->id.idiag_sport = htons(40312);
	message->id.idiag_dport = htons(80);
	message->id.idiag_src[0] = htonl(0x0a000001);
	message->id.idiag_dst[0] = htonl(0x0a000002);
	message->id.idiag_cookie[0] = 1;
	message->id.idiag_cookie[1] = 2;
	message->idiag_expires = 648;
	message->idiag_rqueue = 5;
	message->idiag_wqueue = 6;
	message->idiag_uid = 7;
	message->idiag_inode = 8;
	recorded->len = header->nlmsg_len;
	return header;
}

static void put_upper_layer(struct nlmsghdr *header)
{
	struct nlattr *nest = mnl_attr_nest_start(header, INET_DIAG_ULP_INFO);

	mnl_attr_put_strz(header, INET_ULP_INFO_NAME, "tls");
	mnl_attr_nest_end(header, nest);
}

/* With every attribute there is, `tcp_len` bytes of TCP_INFO among them. */
static void make_full_tcp(struct recorded *recorded, size_t tcp_len)
{
	struct nlmsghdr *header = begin_tcp(recorded, 1);
	uint32_t memory[MEMORY_COUNT] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct tcp_bbr_info bbr = { .bbr_min_rtt = 9 };
	struct tcp_facts tcp = { .state = 1, .rto = 204000, .snd_wnd = 65535 };
	unsigned char longer[512] = { 0 };

	memcpy(longer, &tcp, sizeof(tcp));
	mnl_attr_put(header, INET_DIAG_SKMEMINFO, sizeof(memory), memory);
	mnl_attr_put(header, INET_DIAG_INFO, tcp_len, longer);
	mnl_attr_put_strz(header, INET_DIAG_CONG, "a_name_that_has_no_room");
	mnl_attr_put(header, INET_DIAG_BBRINFO, sizeof(bbr), &bbr);
	mnl_attr_put_u8(header, INET_DIAG_TOS, 0x10);
	mnl_attr_put_u8(header, INET_DIAG_TCLASS, 0x20);
	mnl_attr_put_u8(header, INET_DIAG_SHUTDOWN, 3);
	mnl_attr_put_u8(header, INET_DIAG_SKV6ONLY, 1);
	mnl_attr_put_u32(header, INET_DIAG_MARK, 11);
	mnl_attr_put_u32(header, INET_DIAG_CLASS_ID, 12);
	mnl_attr_put_u64(header, INET_DIAG_CGROUP_ID, 13);
	mnl_attr_put_u32(header, INET_DIAG_MAX + 100, 14);
	put_upper_layer(header);
	recorded->len = header->nlmsg_len;
}

static void make_full_unix(struct recorded *recorded)
{
	struct nlmsghdr *header = begin(recorded, SOCK_DIAG_BY_FAMILY, 1);
	struct unix_diag_msg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));
	struct unix_diag_rqlen queues = { 1, 2 };
	struct unix_diag_vfs vfs = { 3, 4 };
	uint32_t pending[PENDING_SHOWN + 5] = { 21, 22 };
	unsigned char memory[sizeof(uint32_t) * (MEMORY_COUNT + 3)] = { 0 };

	recorded->protocol = 0;
	message->udiag_family = AF_UNIX;
	message->udiag_type = SOCK_STREAM;
	message->udiag_state = STATE_LISTEN;
	message->udiag_ino = 5;
	mnl_attr_put(header, UNIX_DIAG_NAME, 4, "\0a\0b");
	mnl_attr_put(header, UNIX_DIAG_VFS, sizeof(vfs), &vfs);
	mnl_attr_put_u32(header, UNIX_DIAG_PEER, 6);
	mnl_attr_put(header, UNIX_DIAG_ICONS, sizeof(pending), pending);
	mnl_attr_put(header, UNIX_DIAG_RQLEN, sizeof(queues), &queues);
	mnl_attr_put(header, UNIX_DIAG_MEMINFO, sizeof(memory), memory);
	mnl_attr_put_u8(header, UNIX_DIAG_SHUTDOWN, 1);
	mnl_attr_put_u32(header, UNIX_DIAG_UID, 7);
	recorded->len = header->nlmsg_len;
}

/* What this kernel answers to one look-up: it is still in the buffer. */
static void record(struct recorded *recorded, int fd)
{
	struct watch *watch = watch_new();
	struct diag_key key = key_of(fd);

	key.detail = true;
	look(watch, key);
	recorded->protocol = key.protocol;
	recorded->len = ((const struct nlmsghdr *)(const void *)watch->diag.buffer)->nlmsg_len;
	assert_true(recorded->len <= sizeof(recorded->bytes));
	memcpy(recorded->bytes, watch->diag.buffer, recorded->len);
	watch_free(watch);
}

/* Parses a copy that has not a byte more than it says, so that a sanitizer sees each over-read. */
static size_t parse_copy(const struct recorded *recorded, size_t len, struct diag_reply *reply)
{
	void *copy = xmalloc(len);
	size_t taken;

	memcpy(copy, recorded->bytes, len);
	taken = diag_parse(copy, len, recorded->protocol, reply);
	free(copy);
	return taken;
}

static void cut_everywhere(const struct recorded *recorded)
{
	struct recorded shorter = *recorded;
	struct nlmsghdr *header = (void *)shorter.bytes;
	struct diag_reply reply;

	assert_int_equal(parse_copy(recorded, 0, &reply), 0);
	for (size_t len = 1; len < recorded->len; len++) {
		assert_int_equal(parse_copy(recorded, len, &reply), len);
		assert_int_equal(reply.kind, REPLY_MALFORMED);
		assert_non_null(reply.reason);
		/* The header lies in agreement: what it encloses is cut. */
		if (len < sizeof(*header))
			continue;
		header->nlmsg_len = (uint32_t)len;
		assert_int_equal(parse_copy(&shorter, len, &reply), len);
		assert_true(reply.kind == REPLY_MALFORMED || reply.kind == REPLY_SOCKET);
	}
	assert_int_equal(parse_copy(recorded, recorded->len, &reply), recorded->len);
	assert_int_equal(reply.kind, REPLY_SOCKET);
}

static void flip_every_bit(const struct recorded *recorded)
{
	struct recorded flipped = *recorded;
	struct diag_reply reply;

	for (size_t i = 0; i < recorded->len * 8; i++) {
		flipped.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_in_range(parse_copy(&flipped, flipped.len, &reply), 1, flipped.len);
		flipped.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
}

static void spoil(const struct recorded *recorded)
{
	cut_everywhere(recorded);
	flip_every_bit(recorded);
}

static void test_true_answers_spoiled(void **state)
{
	struct connection connection = connection_open(AF_INET6, 2);
	struct recorded recorded;
	int pair[2];

	(void)state;
	record(&recorded, connection.client);
	spoil(&recorded);
	record(&recorded, connection.listener);
	spoil(&recorded);
	connection_close(&connection);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	record(&recorded, pair[0]);
	spoil(&recorded);
	close(pair[0]);
	close(pair[1]);
}

static void test_full_answers_spoiled(void **state)
{
	struct recorded recorded;

	(void)state;
	make_full_tcp(&recorded, sizeof(struct tcp_facts));
	spoil(&recorded);
	make_full_unix(&recorded);
	spoil(&recorded);
}

static void test_tcp_fields(void **state)
{
	struct recorded recorded;
	struct diag_reply reply;
	const struct socket_facts *facts = &reply.facts;

	(void)state;
	make_full_tcp(&recorded, sizeof(struct tcp_facts));
	parse_copy(&recorded, recorded.len, &reply);
	assert_int_equal(facts->state, STATE_SYN_RECV);
	assert_true(facts->cookie == 0x200000001);
	assert_int_equal(facts->timer, TIMER_PERSIST);
	assert_int_equal(facts->timer_left, 648);
	assert_int_equal(facts->retransmits, 3);
	assert_int_equal(facts->recvq, 5);
	assert_int_equal(facts->sendq, 6);
	assert_int_equal(facts->uid, 7);
	assert_int_equal(facts->inode, 8);
	assert_int_equal(facts->shutdown, 3);
	assert_int_equal(facts->memory_count, MEMORY_COUNT);
	assert_int_equal(facts->memory[MEMORY_DROPS], 9);
	assert_int_equal(facts->tcp.rto, 204000);
	assert_string_equal(facts->congestion, "a_name_that_has");
	assert_int_equal(facts->congestion_kind, CONGESTION_BBR);
	assert_true(facts->tos == 0x10 && facts->tclass == 0x20 && facts->v6only);
	assert_true(facts->mark == 11 && facts->class_id == 12 && facts->cgroup == 13);
	assert_string_equal(facts->upper_layer, "tls");
	assert_int_equal(address_port(&facts->local), 40312);
}

/* An older kernel's TCP_INFO is shorter, a newer one's longer. */
static void test_tcp_info_of_any_length(void **state)
{
	struct recorded recorded;
	struct diag_reply reply;

	(void)state;
	for (size_t len = 1; len <= 400; len++) {
		make_full_tcp(&recorded, len);
		parse_copy(&recorded, recorded.len, &reply);
		assert_int_equal(reply.kind, REPLY_SOCKET);
		assert_int_equal(reply.facts.tcp_len, len < sizeof(struct tcp_facts) ? len : sizeof(struct tcp_facts));
		assert_int_equal(TCP_FACTS_HAS(snd_wnd, reply.facts.tcp_len), len >= 232);
	}
}

static void test_unix_fields(void **state)
{
	struct recorded recorded;
	struct diag_reply reply;
	const struct socket_facts *facts = &reply.facts;

	(void)state;
	make_full_unix(&recorded);
	parse_copy(&recorded, recorded.len, &reply);
	assert_int_equal(facts->local.len, offsetof(struct sockaddr_un, sun_path) + 4);
	assert_memory_equal(facts->local.un.sun_path, "\0a\0b", 4);
	assert_true(facts->has_vfs && facts->vfs_inode == 3 && facts->vfs_device == 4);
	assert_true(facts->has_peer_inode && facts->peer_inode == 6);
	assert_true(facts->has_pending && facts->pending == PENDING_SHOWN + 5 && facts->pending_inodes[1] == 22);
	assert_true(facts->recvq == 1 && facts->sendq == 2);
	assert_int_equal(facts->memory_count, MEMORY_COUNT);
	assert_int_equal(facts->uid, 7);
}

static void test_attribute_that_is_too_short(void **state)
{
	static const uint16_t types[] = { INET_DIAG_INFO, INET_DIAG_BBRINFO, INET_DIAG_TOS,      INET_DIAG_SHUTDOWN,
					  INET_DIAG_MARK, INET_DIAG_CLASS_ID, INET_DIAG_CGROUP_ID };
	struct recorded recorded;
	struct diag_reply reply;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		struct nlmsghdr *header = begin_tcp(&recorded, 1);

		mnl_attr_put(header, types[i], 0, "");
		recorded.len = header->nlmsg_len;
		parse_copy(&recorded, recorded.len, &reply);
		assert_int_equal(reply.kind, REPLY_MALFORMED);
	}
}

static void test_name_that_is_too_long(void **state)
{
	struct recorded recorded;
	struct diag_reply reply;
	struct nlmsghdr *header;
	char name[400];

	(void)state;
	make_full_unix(&recorded);
	header = (void *)recorded.bytes;
	memset(name, 'n', sizeof(name));
	mnl_attr_put(header, UNIX_DIAG_NAME, sizeof(name), name);
	recorded.len = header->nlmsg_len;
	parse_copy(&recorded, recorded.len, &reply);
	assert_int_equal(reply.facts.local.len, sizeof(reply.facts.local.un));
}

/* UDP's handler takes the two ends the other way round. A dump by port would find the socket too, but dearly. */
static void test_ends_in_a_request(void **state)
{
	_Alignas(struct nlmsghdr) unsigned char request[DIAG_REQUEST_ROOM] = { 0 };
	const struct inet_diag_req_v2 *made = mnl_nlmsg_get_payload((const struct nlmsghdr *)(const void *)request);
	struct address local = ip_address("10.0.0.1"), peer = ip_address("10.0.0.2");
	struct diag_key key = tcp_key(local, peer);

	(void)state;
	address_set_port(&key.local, 1);
	address_set_port(&key.peer, 2);
	diag_request_look(request, 1, &key);
	assert_int_equal(made->id.idiag_sport, htons(1));
	assert_int_equal(made->id.idiag_src[0], htonl(0x0a000001));
	key.protocol = IPPROTO_UDP;
	diag_request_look(request, 1, &key);
	assert_int_equal(made->id.idiag_sport, htons(2));
	assert_int_equal(made->id.idiag_src[0], htonl(0x0a000002));
	assert_int_equal(made->id.idiag_dst[0], htonl(0x0a000001));
}

static void test_family_that_was_not_asked_for(void **state)
{
	struct recorded recorded;
	struct diag_reply reply;

	(void)state;
	make_full_unix(&recorded);
	recorded.protocol = IPPROTO_TCP;
	parse_copy(&recorded, recorded.len, &reply);
	assert_int_equal(reply.kind, REPLY_MALFORMED);
	make_full_tcp(&recorded, 100);
	recorded.protocol = 0;
	parse_copy(&recorded, recorded.len, &reply);
	assert_int_equal(reply.kind, REPLY_MALFORMED);
}

/* The kernel's part, played here */

struct fake {
	struct diag diag;
	int kernel; /* (owned) the other end */
	size_t sockets, again;
	struct text message;
};

static int set_up_fake(void **state)
{
	struct fake *fake = xcalloc(1, sizeof(*fake));
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	diag_of_fd(&fake->diag, pair[0], -1);
	fake->kernel = pair[1];
	text_init(&fake->message);
	*state = fake;
	return 0;
}

static int tear_down_fake(void **state)
{
	struct fake *fake = *state;

	diag_release(&fake->diag);
	close(fake->kernel);
	text_release(&fake->message);
	free(fake);
	return 0;
}

/* The number of the conversation that comes as the nth from now. */
static uint32_t seq_of(const struct fake *fake, uint32_t nth)
{
	return fake->diag.sequence + nth;
}

static void answer(struct fake *fake, const struct recorded *recorded)
{
	assert_int_equal(send(fake->kernel, recorded->bytes, recorded->len, 0), (ssize_t)recorded->len);
}

static void answer_socket(struct fake *fake, uint32_t nth, uint16_t flags)
{
	struct recorded recorded;

	begin_tcp(&recorded, seq_of(fake, nth))->nlmsg_flags = flags;
	answer(fake, &recorded);
}

/* NLMSG_DONE, NLMSG_ERROR or what has no payload. */
static void answer_end(struct fake *fake, uint32_t nth, uint16_t type, int error)
{
	struct recorded recorded;
	struct nlmsghdr *header = begin(&recorded, type, seq_of(fake, nth));

	memcpy(mnl_nlmsg_put_extra_header(header, sizeof(error)), &error, sizeof(error));
	recorded.len = header->nlmsg_len;
	answer(fake, &recorded);
}

static void on_socket(void *context, const struct socket_facts *facts)
{
	struct fake *fake = context;

	assert_int_equal(address_port(&facts->local), 40312);
	fake->sockets++;
}

static bool on_again(void *context)
{
	struct fake *fake = context;

	fake->sockets = 0;
	fake->again++;
	return true;
}

static enum dump dump_fake(struct fake *fake)
{
	struct diag_filter filter = { .protocol = IPPROTO_TCP, .family = AF_INET };
	struct diag_visitor visitor = { .socket = on_socket, .again = on_again, .context = fake };

	return diag_dump(&fake->diag, &filter, &visitor, &fake->message);
}

static void assert_said(const struct fake *fake, const char *part)
{
	if (strstr(fake->message.data, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, fake->message.data);
}

static void test_dump_interrupted_once(void **state)
{
	struct fake *fake = *state;

	answer_socket(fake, 1, NLM_F_DUMP_INTR);
	answer_end(fake, 1, NLMSG_DONE, 0);
	answer_socket(fake, 2, 0);
	answer_end(fake, 2, NLMSG_NOOP, 0);
	answer_socket(fake, 2, 0);
	answer_end(fake, 2, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_COMPLETE);
	assert_int_equal(fake->sockets, 2);
	assert_int_equal(fake->again, 1);
	assert_string_equal(fake->message.data, "");
}

static void test_dump_interrupted_each_time(void **state)
{
	struct fake *fake = *state;

	for (uint32_t nth = 1; nth <= 4; nth++) {
		answer_socket(fake, nth, NLM_F_DUMP_INTR);
		answer_end(fake, nth, NLMSG_DONE, 0);
	}
	answer_socket(fake, 5, 0);
	answer_end(fake, 5, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_INCONSISTENT);
	assert_int_equal(fake->sockets, 1);
	assert_int_equal(fake->again, 3);
}

static void test_dump_overrun(void **state)
{
	struct fake *fake = *state;

	for (uint32_t nth = 1; nth <= 4; nth++) {
		answer_end(fake, nth, NLMSG_OVERRUN, 0);
		answer_end(fake, nth, NLMSG_DONE, 0);
	}
	assert_int_equal(dump_fake(fake), DUMP_FAILED);
	assert_said(fake, "lost");
	text_clear(&fake->message);
	answer_end(fake, 1, NLMSG_OVERRUN, 0);
	answer_end(fake, 1, NLMSG_DONE, 0);
	answer_end(fake, 2, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_COMPLETE);
}

static void test_dump_refused(void **state)
{
	struct fake *fake = *state;

	answer_socket(fake, 1, 0);
	answer_end(fake, 1, NLMSG_ERROR, -EPERM);
	assert_int_equal(dump_fake(fake), DUMP_FAILED);
	assert_said(fake, strerror(EPERM));
	text_clear(&fake->message);
	answer_end(fake, 1, NLMSG_DONE, -EBUSY);
	assert_int_equal(dump_fake(fake), DUMP_FAILED);
	assert_said(fake, strerror(EBUSY));
	text_clear(&fake->message);
	answer_end(fake, 1, NLMSG_DONE, -ENOENT);
	assert_int_equal(dump_fake(fake), DUMP_FAILED);
	assert_said(fake, "cannot be asked about TCP");
}

static void test_dump_of_another_conversation(void **state)
{
	struct fake *fake = *state;

	answer_socket(fake, 0, 0);
	answer_end(fake, 0, NLMSG_DONE, 0);
	answer_socket(fake, 7, 0);
	answer_socket(fake, 1, 0);
	answer_end(fake, 1, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_COMPLETE);
	assert_int_equal(fake->sockets, 1);
	answer_end(fake, 7, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_FAILED);
	assert_said(fake, "stopped before its end");
}

static void test_dump_malformed(void **state)
{
	struct fake *fake = *state;
	struct recorded recorded;

	begin_tcp(&recorded, seq_of(fake, 1));
	recorded.len -= 4;
	answer(fake, &recorded);
	answer_end(fake, 1, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_FAILED);
	assert_said(fake, "cut short");
	/* The rest of it has been read: the next one is not disturbed. */
	text_clear(&fake->message);
	answer_end(fake, 1, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_COMPLETE);
}

static void test_dump_larger_than_the_buffer(void **state)
{
	struct fake *fake = *state;
	unsigned char *large = xcalloc(1, LARGER_THAN_THE_BUFFER);

	assert_int_equal(send(fake->kernel, large, LARGER_THAN_THE_BUFFER, 0), LARGER_THAN_THE_BUFFER);
	free(large);
	answer_end(fake, 1, NLMSG_DONE, 0);
	assert_int_equal(dump_fake(fake), DUMP_FAILED);
	assert_said(fake, "larger");
}

static void test_dump_of_both_families(void **state)
{
	struct fake *fake = *state;
	struct diag_filter filter = { .protocol = IPPROTO_TCP };
	struct diag_visitor visitor = { .socket = on_socket, .again = on_again, .context = fake };

	/* The first is interrupted each time, the second is read all the same. */
	for (uint32_t nth = 1; nth <= 8; nth += 2) {
		answer_socket(fake, nth, NLM_F_DUMP_INTR);
		answer_end(fake, nth, NLMSG_DONE, 0);
		answer_socket(fake, nth + 1, 0);
		answer_end(fake, nth + 1, NLMSG_DONE, 0);
	}
	assert_int_equal(diag_dump(&fake->diag, &filter, &visitor, &fake->message), DUMP_INCONSISTENT);
	assert_int_equal(fake->sockets, 2);
}

static struct diag_key made_up_key(void)
{
	struct address local = ip_address("10.0.0.1");
	struct address peer = ip_address("10.0.0.2");

	address_set_port(&local, 40312);
	address_set_port(&peer, 80);
	return tcp_key(local, peer);
}

static enum look look_fake(struct fake *fake, struct diag_key key)
{
	struct socket_facts facts;

	text_clear(&fake->message);
	return diag_look(&fake->diag, &key, &facts, &fake->message);
}

static void test_look(void **state)
{
	struct fake *fake = *state;
	struct diag_key key = made_up_key();

	answer_socket(fake, 1, 0);
	assert_int_equal(look_fake(fake, key), LOOK_FOUND);
	/* Another one has the addresses now. */
	key.cookie = 3;
	answer_socket(fake, 1, 0);
	assert_int_equal(look_fake(fake, key), LOOK_GONE);
	answer_end(fake, 1, NLMSG_ERROR, -EACCES);
	assert_int_equal(look_fake(fake, key), LOOK_UNKNOWN);
	assert_said(fake, strerror(EACCES));
	assert_int_equal(look_fake(fake, key), LOOK_UNKNOWN);
	assert_said(fake, "stopped before its end");
}

static void test_look_lost(void **state)
{
	struct fake *fake = *state;

	answer_end(fake, 1, NLMSG_OVERRUN, 0);
	answer_end(fake, 1, NLMSG_ERROR, 0);
	answer_socket(fake, 2, 0);
	assert_int_equal(look_fake(fake, made_up_key()), LOOK_FOUND);
}

/* ENOENT is "no such socket" and "no such protocol": it is asked once which. */
static void test_none_and_unknown(void **state)
{
	struct fake *fake = *state;

	answer_end(fake, 1, NLMSG_ERROR, -ENOENT);
	answer_end(fake, 2, NLMSG_DONE, 0);
	assert_int_equal(look_fake(fake, made_up_key()), LOOK_GONE);
	answer_end(fake, 1, NLMSG_ERROR, -ENOENT);
	assert_int_equal(look_fake(fake, made_up_key()), LOOK_GONE);
	fake->diag.support[0] = SUPPORT_UNASKED;
	answer_end(fake, 1, NLMSG_ERROR, -ENOENT);
	answer_end(fake, 2, NLMSG_DONE, -ENOENT);
	assert_int_equal(look_fake(fake, made_up_key()), LOOK_UNKNOWN);
	assert_said(fake, "TCP");
}

static void test_the_other_end_is_gone(void **state)
{
	struct fake *fake = *state;

	shutdown(fake->kernel, SHUT_RDWR);
	assert_int_equal(look_fake(fake, made_up_key()), LOOK_UNKNOWN);
	assert_said(fake, strerror(EPIPE));
}

static void answer_raw(struct fake *fake, uint32_t nth)
{
	struct recorded recorded;
	struct inet_diag_msg *message = mnl_nlmsg_get_payload(begin_tcp(&recorded, seq_of(fake, nth)));

	message->id.idiag_sport = htons(IPPROTO_ICMP);
	message->id.idiag_dport = 0;
	answer(fake, &recorded);
}

/* Where the kernel has raw_diag it is asked by a dump; where it has none, and no /proc/net is open: not known. */
static void test_raw(void **state)
{
	struct fake *fake = *state;
	struct diag_key key = made_up_key();

	key.protocol = IPPROTO_RAW;
	key.raw_protocol = IPPROTO_ICMP;
	address_set_port(&key.local, IPPROTO_ICMP);
	address_set_port(&key.peer, 0);
	answer_end(fake, 1, NLMSG_DONE, 0);
	answer_raw(fake, 2);
	answer_end(fake, 2, NLMSG_DONE, 0);
	answer_end(fake, 3, NLMSG_DONE, 0);
	assert_int_equal(look_fake(fake, key), LOOK_FOUND);
	fake->diag.support[2] = SUPPORT_UNASKED;
	answer_end(fake, 1, NLMSG_DONE, -ENOENT);
	assert_int_equal(look_fake(fake, key), LOOK_UNKNOWN);
	assert_said(fake, "raw");
}

/* Root may send to any netlink port; only port 0 is the kernel. */
static void test_forged_sender(void **state)
{
	struct watch *watch = watch_new();
	int listener = listen_on(loopback(AF_INET), 1);
	struct diag_key key = key_of(listener);
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(to);
	struct recorded recorded;
	int forger = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	struct nlmsghdr *header = begin(&recorded, NLMSG_ERROR, watch->diag.sequence + 1);
	struct nlmsgerr *error = mnl_nlmsg_put_extra_header(header, sizeof(*error));
	ssize_t sent;

	(void)state;
	error->error = -EPERM;
	assert_true(forger >= 0);
	/* It has a port only after it was used or bound. */
	assert_int_equal(bind(watch->diag.fd, (struct sockaddr *)&to, len), 0);
	assert_int_equal(getsockname(watch->diag.fd, (struct sockaddr *)&to, &len), 0);
	sent = sendto(forger, header, header->nlmsg_len, 0, (struct sockaddr *)&to, sizeof(to));
	close(forger);
	if (sent >= 0)
		look(watch, key);
	close(listener);
	watch_free(watch);
	if (sent < 0)
		SKIP("the kernel lets nobody forge its messages here");
}

/* So many answers unread that the kernel has no room for more: ENOBUFS, and the question is put again. */
static void test_no_room_for_the_answer(void **state)
{
	struct watch *watch = watch_new();
	int listener = listen_on(loopback(AF_INET), 1);
	struct diag_key key = key_of(listener);
	_Alignas(struct nlmsghdr) unsigned char request[DIAG_REQUEST_ROOM];
	size_t len = diag_request_look(request, 0, &key);
	int smallest = 1;

	(void)state;
	assert_int_equal(setsockopt(watch->diag.fd, SOL_SOCKET, SO_RCVBUF, &smallest, sizeof(smallest)), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(send(watch->diag.fd, request, len, 0), (ssize_t)len);
	look(watch, key);
	close(listener);
	watch_free(watch);
}

/* /proc/net/raw */

static void test_proc_raw_lines(void **state)
{
	static const char *const bad[] = {
		"", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
		"1: 0100007F:0001 00000000:0000 07 00000000:00000000",
		"1: 0100007F0:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 42 2 0 0",
		"1: 0100007G:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 42 2 0 0",
	};
	struct socket_facts facts;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(proc_raw_parse(bad[i], AF_INET, &facts));
	assert_true(proc_raw_parse("    1: 00000000:0001 00000000:0000 07 00000005:00000300 00:00000000 00000000  1000"
				   "        0 219914 2 0000000000000000 0",
				   AF_INET, &facts));
	assert_int_equal(facts.raw_protocol, IPPROTO_ICMP);
	assert_int_equal(facts.state, STATE_CLOSED);
	assert_int_equal(facts.recvq, 0x300);
	assert_int_equal(facts.sendq, 5);
	assert_int_equal(facts.uid, 1000);
	assert_int_equal(facts.inode, 219914);
	assert_false(proc_raw_parse("1: 00000000:0001 00000000:0000 07 0:0 00:0 0 0 0 4 2 0 0", AF_INET6, &facts));
}

#define WITH_FAKE(test) cmocka_unit_test_setup_teardown(test, set_up_fake, tear_down_fake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_true_answers_spoiled),
		cmocka_unit_test(test_full_answers_spoiled),
		cmocka_unit_test(test_tcp_fields),
		cmocka_unit_test(test_tcp_info_of_any_length),
		cmocka_unit_test(test_unix_fields),
		cmocka_unit_test(test_attribute_that_is_too_short),
		cmocka_unit_test(test_name_that_is_too_long),
		cmocka_unit_test(test_ends_in_a_request),
		cmocka_unit_test(test_family_that_was_not_asked_for),
		WITH_FAKE(test_dump_interrupted_once),
		WITH_FAKE(test_dump_interrupted_each_time),
		WITH_FAKE(test_dump_overrun),
		WITH_FAKE(test_dump_refused),
		WITH_FAKE(test_dump_of_another_conversation),
		WITH_FAKE(test_dump_malformed),
		WITH_FAKE(test_dump_larger_than_the_buffer),
		WITH_FAKE(test_dump_of_both_families),
		WITH_FAKE(test_look),
		WITH_FAKE(test_look_lost),
		WITH_FAKE(test_none_and_unknown),
		WITH_FAKE(test_the_other_end_is_gone),
		WITH_FAKE(test_raw),
		cmocka_unit_test(test_forged_sender),
		cmocka_unit_test(test_no_room_for_the_answer),
		cmocka_unit_test(test_proc_raw_lines),
	};

	own_network();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
