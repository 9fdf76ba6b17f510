#include "contrast.h"

#include <math.h>

struct rgb rgb_of_index(int index)
{
	static const struct rgb first[16] = {
		{ 0, 0, 0 },	   { 205, 0, 0 },   { 0, 205, 0 },   { 205, 205, 0 },
		{ 0, 0, 238 },	   { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
		{ 127, 127, 127 }, { 255, 0, 0 },   { 0, 255, 0 },   { 255, 255, 0 },
		{ 92, 92, 255 },   { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
	};
	static const double steps[6] = { 0, 95, 135, 175, 215, 255 };
	double grey = 8 + 10 * (index - 232);

	if (index < 16)
		return first[index];
	if (index >= 232)
		return (struct rgb){ grey, grey, grey };
	index -= 16;
	return (struct rgb){ steps[index / 36], steps[index / 6 % 6], steps[index % 6] };
}

static double linear(double value)
{
	value /= 255;
	return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance_of(struct rgb rgb)
{
	return 0.2126 * linear(rgb.red) + 0.7152 * linear(rgb.green) + 0.0722 * linear(rgb.blue);
}

double contrast_between(struct rgb a, struct rgb b)
{
	double one = luminance_of(a) + 0.05, other = luminance_of(b) + 0.05;

	return one > other ? one / other : other / one;
}
