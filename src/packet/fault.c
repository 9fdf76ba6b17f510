#include "packet/fault.h"

#include "base/mem.h"

static const char *const sentences[] = {
#define FAULT(name, sentence) [FAULT_##name] = sentence,
	PACKET_FAULTS(FAULT)
#undef FAULT
};

const char *fault_sentence(enum packet_fault_kind kind)
{
	return (size_t)kind < COUNT_OF(sentences) ? sentences[kind] : "unknown fault";
}

void fault_describe(struct text *out, const struct packet_fault *fault)
{
	if (fault->kind == FAULT_NONE)
		return;
	text_addf(out, "%s: %u (byte %u)", fault_sentence(fault->kind), fault->value, fault->at);
}
