#include "face/spark.h"

void spark_add(struct text *out, const double *values, size_t count, size_t width, bool utf8)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char ascii[] = "_.,-=+*#";
	size_t first = count > width ? count - width : 0;
	double most = 0;

	for (size_t i = first; i < count; i++)
		most = values[i] > most ? values[i] : most;
	for (size_t i = first; i < count; i++) {
		size_t height = most > 0 ? (size_t)(values[i] / most * 7.0 + 0.5) : 0;

		if (utf8)
			text_add(out, bars[height < 8 ? height : 7]);
		else
			text_add_char(out, ascii[height < 8 ? height : 7]);
	}
}
