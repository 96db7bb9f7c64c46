/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time. Step s covers [time(s), time(s+1)) with time(s) = start_year + s / steps_per_year. In which
 * month a year begins, if in any, is the model's to say. */
#ifndef SIM_SCHEDULE_CLOCK_H
#define SIM_SCHEDULE_CLOCK_H

#include "sim/model.h"

static inline bool sim_schedule_year_begins(const sim_schedule_clock_t *clock) {
    return clock->step % clock->steps_per_year == 0;
}

#endif
