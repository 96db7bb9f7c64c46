/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what lies in a list of a descriptor is an entry of its type. A list without its last,
 * empty entry is read on into whatever the linker has put behind it, which may be another table of
 * the same model: names alone do not tell. *page as for sim_base_is_text(). */
#ifndef SIM_SCHEDULE_ROWS_H
#define SIM_SCHEDULE_ROWS_H

#include <stdint.h>

#include "sim/model.h"

enum { SIM_SCHEDULE_MOST_METRICS = 1024 }; /* of a model */

typedef bool sim_schedule_is_entry_t(const void *entry, uintptr_t *page);
sim_schedule_is_entry_t sim_schedule_is_param, sim_schedule_is_metric, sim_schedule_is_reducer,
    sim_schedule_is_field, sim_schedule_is_table, sim_schedule_is_phase;

#endif
