/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/clock.h"

#include <stdio.h>

const char *sim_schedule_label(const sim_schedule_clock_t *clock, int32_t step, char *buffer,
                               int size) {
    int32_t year = sim_schedule_year(clock, step);
    int32_t part = step - (year - clock->start_year) * clock->steps_per_year + 1;
    size_t room = size > 0 ? (size_t)size : 0;
    if (clock->steps_per_year == 1)
        snprintf(buffer, room, "JFY%d", year);
    else if (clock->steps_per_year == 4)
        snprintf(buffer, room, "JFY%d Q%d", year, part);
    else if (clock->steps_per_year == 12)
        snprintf(buffer, room, "JFY%d M%02d", year, part);
    else
        snprintf(buffer, room, "JFY%d %d/%d", year, part, clock->steps_per_year);
    return buffer;
}
