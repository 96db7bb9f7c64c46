/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "sim/schedule/clock.h"

static void expect_label(int32_t steps_per_year, int32_t step, const char *label) {
    char buffer[32];
    sim_schedule_clock_t clock = {2013, steps_per_year, 100, 0};
    cr_expect_str_eq(sim_schedule_label(&clock, step, buffer, sizeof buffer), label);
}

Test(clock, labels) {
    expect_label(4, 0, "JFY2013 Q1");
    expect_label(4, 7, "JFY2014 Q4");
    expect_label(4, -1, "JFY2012 Q4");
    expect_label(4, -4, "JFY2012 Q1");
    expect_label(4, -5, "JFY2011 Q4");
    expect_label(1, 3, "JFY2016");
    expect_label(12, 0, "JFY2013 M01");
    expect_label(12, 23, "JFY2014 M12");
    expect_label(2, 1, "JFY2013 2/2");
}

Test(clock, labels_fit_their_buffer) {
    char buffer[8] = "xxxxxxx";
    sim_schedule_clock_t clock = {2013, 4, 100, 0};
    cr_expect_str_eq(sim_schedule_label(&clock, 0, buffer, sizeof buffer), "JFY2013");
}

Test(clock, times_and_years) {
    sim_schedule_clock_t clock = {2013, 4, 100, 0};
    cr_expect_eq(sim_schedule_time(&clock, 1), 2013.25);
    cr_expect_eq(sim_schedule_time(&clock, -2), 2012.5);
    cr_expect_eq(sim_schedule_year(&clock, 4), 2014);
    cr_expect_eq(sim_schedule_year(&clock, -4), 2012);
    cr_expect(sim_schedule_year_begins(&clock));
    clock.step = 3;
    cr_expect_not(sim_schedule_year_begins(&clock));
}
