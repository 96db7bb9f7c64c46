/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what lies in a list of a descriptor is an entry of its type. A list without its last,
 * empty entry is read on into whatever the linker has put behind it, which may be another table of
 * the same model: names alone do not tell. *page as for sim_base_is_text(). */
#ifndef SIM_SCHEDULE_ROWS_H
#define SIM_SCHEDULE_ROWS_H

#include <stdint.h>

#include "sim/model.h"

bool sim_schedule_is_param(const sim_param_t *row, uintptr_t *page);
bool sim_schedule_is_metric(const sim_metric_t *row, uintptr_t *page);
bool sim_schedule_is_reducer(const sim_reducer_t *row, uintptr_t *page);
bool sim_schedule_is_field(const sim_field_t *row, uintptr_t *page);
bool sim_schedule_is_table(const sim_table_t *row, uintptr_t *page);
bool sim_schedule_is_phase(const sim_phase_t *row, uintptr_t *page);

#endif
