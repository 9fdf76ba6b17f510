/* Each look can be read on a light and on a dark ground, with 256 colours and with 8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../screen/contrast.h"
#include "face/colour.h"

static const struct rgb black = { 0, 0, 0 }, white = { 255, 255, 255 };

static void expect_contrast(int style, int colour, struct rgb ground, double least)
{
	double contrast = contrast_between(rgb_of_index(colour), ground);

	if (contrast < least)
		fail_msg("style %d: colour %d has %.2f on %s", style, colour, contrast,
			 ground.red > 0 ? "white" : "black");
}

static void test_256_colours_can_be_read_on_both(void **state)
{
	(void)state;
	for (int style = 0; style < STYLE_COUNT; style++)
		for (int ground = 0; ground < GROUND_COUNT; ground++) {
			int colour = colour_of(style_look((enum style)style), 256, (enum ground)ground);

			/* Below 16 they are whatever somebody has chosen. */
			assert_true(colour == -1 || colour >= 16);
			if (colour < 0)
				continue;
			expect_contrast(style, colour, white, 4);
			expect_contrast(style, colour, black, 4);
		}
}

/* By xterm's palette; what is bold also where that is shown in the brighter one. */
static void test_8_colours_can_be_read(void **state)
{
	(void)state;
	for (int style = 0; style < STYLE_COUNT; style++)
		for (int ground = 0; ground < GROUND_COUNT; ground++) {
			int colour = colour_of(style_look((enum style)style), 8, (enum ground)ground);
			bool bold = style_look((enum style)style)->bold;

			assert_in_range(colour + 1, 0, 8);
			for (int bright = 0; colour >= 0 && bright <= (int)bold; bright++) {
				if (ground != GROUND_DARK)
					expect_contrast(style, colour + 8 * bright, white, 3);
				if (ground != GROUND_LIGHT)
					expect_contrast(style, colour + 8 * bright, black, 3);
			}
		}
}

static void test_fewer_are_none(void **state)
{
	(void)state;
	for (int style = 0; style < STYLE_COUNT; style++)
		assert_int_equal(colour_of(style_look((enum style)style), 2, GROUND_DARK), -1);
}

static void test_ground_is_told(void **state)
{
	(void)state;
	assert_int_equal(colour_ground(NULL, NULL), GROUND_UNKNOWN);
	assert_int_equal(colour_ground(NULL, "xterm"), GROUND_UNKNOWN);
	assert_int_equal(colour_ground(NULL, "linux"), GROUND_DARK);
	assert_int_equal(colour_ground("0;15", "linux"), GROUND_LIGHT);
	assert_int_equal(colour_ground("0;7", NULL), GROUND_LIGHT);
	assert_int_equal(colour_ground("15;0", NULL), GROUND_DARK);
	assert_int_equal(colour_ground("7;8", NULL), GROUND_DARK);
	assert_int_equal(colour_ground("12;default;8", "xterm"), GROUND_DARK);
	assert_int_equal(colour_ground("0;default;15", "xterm"), GROUND_LIGHT);
	assert_int_equal(colour_ground("0;default", "xterm"), GROUND_UNKNOWN);
	for (const char *const *wrong = (const char *const[]){ "", "15", ";", "0;99", "0;-1", "0;15x", NULL };
	     *wrong != NULL; wrong++)
		assert_int_equal(colour_ground(*wrong, "xterm"), GROUND_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_256_colours_can_be_read_on_both),
		cmocka_unit_test(test_8_colours_can_be_read),
		cmocka_unit_test(test_fewer_are_none),
		cmocka_unit_test(test_ground_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
