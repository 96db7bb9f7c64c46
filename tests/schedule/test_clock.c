/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "sim/schedule/world.h"

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
