#include <stdio.h>

int main(void)
{
	puts("sockstep-side");
	return 0;
}
