#include <stdlib.h>

#include "base/mem.h"
#include "call/call.h"

void value_release(struct value *value)
{
	for (size_t i = 0; i < value->count; i++)
		value_release(&value->items[i]);
	free(value->items);
	free(value->bytes);
	*value = (struct value){ .column = -1 };
}

/* Emptied for a new content; the column is of the place in the line and stays. */
static void value_reset(struct value *value, enum value_kind kind)
{
	int column = value->column;

	value_release(value);
	value->kind = kind;
	value->column = column;
}

void value_set_number(struct value *value, long long number)
{
	value_reset(value, VALUE_NUMBER);
	value->number = number;
}

void value_set_bytes(struct value *value, const void *bytes, size_t len)
{
	value_take_bytes(value, xstrndup(bytes, len), len);
}

void value_take_bytes(struct value *value, char *bytes, size_t len)
{
	value_reset(value, VALUE_BYTES);
	value->bytes = bytes;
	value->len = len;
	bytes[len] = '\0';
}

void value_set_address(struct value *value, const struct address *address)
{
	value_reset(value, VALUE_ADDRESS);
	value->address = *address;
}

void value_set_list(struct value *value)
{
	value_reset(value, VALUE_LIST);
}

/* A list's room is the power of two at or above its count, from 8: not worth a field in every value. */
struct value *value_append(struct value *list)
{
	size_t room = list->count;

	if (list->count != 0 && (list->count < 8 || (list->count & (list->count - 1)) != 0))
		room = list->count + 1;
	list->items = array_grow(list->items, list->count, &room, sizeof(*list->items));
	list->items[list->count].column = -1;
	return &list->items[list->count++];
}

void call_release(struct call *call)
{
	for (size_t i = 0; i < CALL_ARGS_MAX; i++)
		value_release(&call->args[i]);
	call->spec = NULL;
}

void mistake_init(struct mistake *mistake)
{
	*mistake = (struct mistake){ .missing = -1 };
	text_init(&mistake->text);
}

void mistake_release(struct mistake *mistake)
{
	text_release(&mistake->text);
}
