/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/rows.h"

#include "sim/base/readable.h"

/* What is left out is NULL. Other things than text can be read as if they were, functions too. */
static bool text_or_none(const void *text, uintptr_t *page) {
    return !text || sim_base_is_text(text, page);
}

bool sim_schedule_is_param(const void *entry, uintptr_t *page) {
    const sim_param_t *row = entry;
    return sim_base_is_text(row->name, page) && (unsigned)row->type <= SIM_PARAM_WORDS &&
           text_or_none(row->choices, page) && text_or_none(row->text, page) &&
           text_or_none(row->unit, page) && text_or_none(row->doc, page) &&
           text_or_none(row->source, page);
}

bool sim_schedule_is_metric(const void *entry, uintptr_t *page) {
    const sim_metric_t *row = entry;
    return sim_base_is_text(row->name, page) && text_or_none(row->unit, page) &&
           text_or_none(row->doc, page);
}

bool sim_schedule_is_reducer(const void *entry, uintptr_t *page) {
    const sim_reducer_t *row = entry;
    return sim_base_is_text(row->name, page) && (unsigned)row->how <= SIM_REDUCE_MODEL &&
           text_or_none(row->unit, page) && text_or_none(row->doc, page) &&
           text_or_none(row->metric, page);
}

bool sim_schedule_is_field(const void *entry, uintptr_t *page) {
    const sim_field_t *row = entry;
    return sim_base_is_text(row->name, page) && (unsigned)row->type <= SIM_FIELD_TEXT &&
           text_or_none(row->labels, page) && text_or_none(row->doc, page);
}

bool sim_schedule_is_table(const void *entry, uintptr_t *page) {
    const sim_table_t *row = entry;
    return sim_base_is_text(row->name, page) && (unsigned)row->role < SIM_N_ROLES &&
           text_or_none(row->doc, page) && text_or_none(row->fields, page);
}

/* The address of a function, as one of what lies there. */
typedef void any_t(void);
static bool function_or_none(any_t *function, uintptr_t *page) {
    const void *address = NULL;
    memcpy(&address, &function, sizeof address);
    return text_or_none(address, page);
}

bool sim_schedule_is_phase(const void *entry, uintptr_t *page) {
    const sim_phase_t *row = entry;
    return sim_base_is_text(row->name, page) && text_or_none(row->doc, page) &&
           (unsigned)row->order <= SIM_ORDER_RANDOM &&
           function_or_none((any_t *)row->items, page) &&
           function_or_none((any_t *)row->decide, page) &&
           function_or_none((any_t *)row->each, page) &&
           function_or_none((any_t *)row->ask, page) &&
           function_or_none((any_t *)row->event, page) &&
           function_or_none((any_t *)row->commit, page);
}
