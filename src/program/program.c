#include "program/program.h"

#include <stdarg.h>

#include "face/safe.h"

void program_say_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	safe_say_error(format, args);
	va_end(args);
}
