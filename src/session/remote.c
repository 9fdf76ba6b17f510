#include "session/remote.h"

#include <sys/socket.h>

void remote_init(struct remote *remote)
{
	*remote = (struct remote){
		.family = AF_UNSPEC,
		.type = SOCK_STREAM,
		.timeout = -1,
		.quit_after = -1,
		.interval = -1,
		.type_of_service = -1,
	};
}
