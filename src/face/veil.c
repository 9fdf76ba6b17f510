#include "face/veil.h"

#include "session/ask.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

struct veil veil_of(const struct session *session)
{
	const struct expectation *answer = session_asked(session);
	struct veil veil = { .asked = answer != NULL, .cookie = EVENT_NO_INT, .next = session->taught };

	if (answer == NULL)
		return veil;
	switch (answer->kind) {
	case EXPECT_STATE:
		veil.state = expectation_socket(answer, session, &veil.host, &veil.cookie);
		break;
	case EXPECT_RECVQ:
	case EXPECT_SENDQ:
		veil.queues = expectation_socket(answer, session, &veil.host, &veil.cookie);
		break;
	case EXPECT_FDS:
		veil.side = expectation_side(answer);
		veil.descriptors = true;
		break;
	case EXPECT_HELD_NOTHING:
	case EXPECT_HELD_COUNT:
	case EXPECT_HELD_NEXT:
		veil.wire = true;
		break;
	case EXPECT_RESULT:
	case EXPECT_ERROR:
	case EXPECT_RECEIVED:
	case EXPECT_GONE:
	case EXPECT_BLOCKED:
	case EXPECT_SAME:
	case EXPECT_SIGNAL:
	case EXPECT_KIND_COUNT:
		break;
	}
	return veil;
}

static bool is_of(const struct veil *veil, const char *host, int64_t cookie)
{
	return cookie != EVENT_NO_INT && veil->cookie == cookie && is(veil->host, host == NULL ? "" : host);
}

bool veil_is_over_state(const struct veil *veil, const char *host, int64_t cookie)
{
	return veil->state && is_of(veil, host, cookie);
}

bool veil_is_over_queues(const struct veil *veil, const char *host, int64_t cookie)
{
	return veil->queues && is_of(veil, host, cookie);
}

bool veil_is_over_descriptors(const struct veil *veil, const char *side)
{
	return veil->descriptors && is(veil->side, side);
}
