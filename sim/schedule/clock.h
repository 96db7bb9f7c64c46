/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time. Step s covers [time(s), time(s+1)) with time(s) = start_year + s / steps_per_year. In which
 * month a year begins, if in any, is the model's to say. */
#ifndef SIM_SCHEDULE_CLOCK_H
#define SIM_SCHEDULE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int32_t start_year, steps_per_year, steps, step;
} sim_schedule_clock_t;

static inline double sim_schedule_time(const sim_schedule_clock_t *clock, int32_t step) {
    return clock->start_year + (double)step / clock->steps_per_year;
}
/* Year of a step that may be negative. */
static inline int32_t sim_schedule_year(const sim_schedule_clock_t *clock, int32_t step) {
    int32_t spy = clock->steps_per_year;
    return clock->start_year + (step >= 0 ? step / spy : -((-step + spy - 1) / spy));
}
static inline bool sim_schedule_year_begins(const sim_schedule_clock_t *clock) {
    return clock->step % clock->steps_per_year == 0;
}

#endif
