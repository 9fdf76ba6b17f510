/*
 * Names and addresses: getaddrinfo(3) and getnameinfo(3), which are no system calls and make several.
 */
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "side/execute.h"

static const char *text_or_null(const struct value *value)
{
	return value->kind == VALUE_BYTES ? value->bytes : NULL;
}

static void give_addresses(struct value *list, const struct addrinfo *found)
{
	value_set_list(list);
	for (; found != NULL; found = found->ai_next) {
		struct address address = { .len = found->ai_addrlen };
		struct value *item;

		if (found->ai_addrlen > sizeof(address.storage))
			continue;
		memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
		item = value_append(list);
		value_set_address(item, &address);
		item->number = found->ai_socktype;
	}
}

long execute_getaddrinfo(struct call *call)
{
	struct addrinfo hints = { .ai_flags = execute_int(call, 2), .ai_family = execute_int(call, 3),
				  .ai_socktype = execute_int(call, 4), .ai_protocol = execute_int(call, 5) };
	struct addrinfo *found = NULL;
	int result = getaddrinfo(text_or_null(&call->args[0]), text_or_null(&call->args[1]), &hints, &found);

	if (result == 0) {
		give_addresses(&call->args[6], found);
		if (found != NULL && found->ai_canonname != NULL)
			value_set_bytes(&call->args[7], found->ai_canonname, strlen(found->ai_canonname));
		freeaddrinfo(found);
	}
	return result;
}

long execute_getnameinfo(struct call *call)
{
	char host[NI_MAXHOST] = "", service[NI_MAXSERV] = "";
	socklen_t len;
	const struct sockaddr *address = execute_address(call, 0, &len);
	int result = getnameinfo(address, len, host, sizeof(host), service, sizeof(service), execute_int(call, 6));

	if (result == 0) {
		value_set_bytes(&call->args[2], host, strlen(host));
		value_set_bytes(&call->args[4], service, strlen(service));
	}
	return result;
}
