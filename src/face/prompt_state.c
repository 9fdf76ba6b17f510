#include "face/prompt_state.h"

struct prompt prompt;
