/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates against the calendar, counted by hand. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/param/date.h"

static sim_base_why_t why;

/* Ten years from April 2013 on. */
static sim_param_calendar_t years_from_april(int64_t per_year) {
    return (sim_param_calendar_t){2013, per_year, 10 * per_year, 4};
}

/* The step of a date, -1 when it is refused. */
static int64_t step_of(const char *text, const sim_param_calendar_t *calendar) {
    sim_param_date_t date;
    int64_t step = -1;
    if (!sim_param_date_read(text, &date, &why) ||
        !sim_param_date_step(&date, calendar, &step, &why))
        return -1;
    return step;
}

Test(date, months_count_from_the_month_in_which_the_year_begins) {
    const sim_param_calendar_t months = years_from_april(12), quarters = years_from_april(4),
                               years = years_from_april(1);
    static const struct {
        const char *month;
        int64_t monthly, quarterly, yearly;
    } known[] = {{"2013-04", 0, 0, 0},    {"2013-05", 1, 0, 0},    {"2013-06", 2, 1, 0},
                 {"2013-07", 3, 1, 0},    {"2013-09", 5, 2, 0},    {"2013-10", 6, 2, 1},
                 {"2014-03", 11, 4, 1},   {"2014-04", 12, 4, 1},   {"2020-06", 86, 29, 7},
                 {"2023-01", 117, 39, 9}, {"2023-03", 119, 39, 9}, {"2013-03", -1, -1, -1},
                 {"2023-04", -1, -1, -1}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        cr_expect_eq(step_of(known[i].month, &months), known[i].monthly, "%s", known[i].month);
        cr_expect_eq(step_of(known[i].month, &quarters), known[i].quarterly, "%s", known[i].month);
        cr_expect_eq(step_of(known[i].month, &years), known[i].yearly, "%s", known[i].month);
    }
    const sim_param_calendar_t january = {2013, 12, 120, 1};
    cr_expect_eq(step_of("2013-01", &january), 0);
    cr_expect_eq(step_of("2022-12", &january), 119);
}

/* Every step can be written with two to four decimals, and as its month. */
Test(date, every_step_has_a_decimal_and_a_month) {
    const sim_param_calendar_t months = years_from_april(12);
    char text[64];
    for (int step = 0; step < 120; step++) {
        for (int digits = 2; digits <= 6; digits++) {
            snprintf(text, sizeof text, "%.*f", digits, 2013 + step / 12.0);
            cr_expect_eq(step_of(text, &months), step, "%s", text);
        }
        snprintf(text, sizeof text, "%04d-%02d", 2013 + (step + 3) / 12, (step + 3) % 12 + 1);
        cr_expect_eq(step_of(text, &months), step, "%s", text);
    }
}

Test(date, what_is_no_date_is_refused_with_a_sentence) {
    static const char *const wrong[] = {"",        "soon",       "2020-13",  "2020-00", "2020-6",
                                        "2020/06", "2020-06-15", "-2020-06", "nan",     "0x7e4",
                                        "1e999",   "June 2020",  "２０２０", "20200-06"};
    const sim_param_calendar_t months = years_from_april(12);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        why.text[0] = '\0';
        cr_expect_eq(step_of(wrong[i], &months), -1, "%s", wrong[i]);
        cr_expect(strncmp(why.text, "is ", 3) == 0, "%s: %s", wrong[i], why.text);
    }
    cr_expect_eq(step_of("1e300", &months), -1);
    cr_expect(strstr(why.text, "the last step of the run begins at 2022.9167 (2023-03)"), "%s",
              why.text);
    cr_expect_eq(step_of("2013-03", &months), -1);
    cr_expect(strstr(why.text, "the run starts at 2013.0 (2013-04)"), "%s", why.text);
    const sim_param_calendar_t numbers = {2013, 12, 120, 0};
    cr_expect_eq(step_of("2014-03", &numbers), -1);
    cr_expect(strstr(why.text, "no calendar months"), "%s", why.text);
    cr_expect_eq(step_of("2014.25", &numbers), 15);
}

Test(date, what_is_meant_is_said) {
    const sim_param_calendar_t quarters = years_from_april(4);
    char buffer[128];
    sim_param_date_t date;
    int64_t step = 0;
    cr_assert(sim_param_date_read("2020-06", &date, &why));
    cr_assert(sim_param_date_step(&date, &quarters, &step, &why));
    cr_expect_str_eq(sim_param_date_meaning(&date, &quarters, step, buffer, sizeof buffer),
                     "2020-06 takes effect in step 29, which begins at 2020.25 (2020-07)");
}
