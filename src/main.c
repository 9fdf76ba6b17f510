#include <stdio.h>

int main(void)
{
	puts("sockstep");
	return 0;
}
