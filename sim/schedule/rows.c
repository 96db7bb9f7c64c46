/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/rows.h"

#include "sim/base/readable.h"

/* What is left out is NULL. */
static bool text_or_none(const char *text, uintptr_t *page) {
    return !text || sim_base_is_text(text, page);
}

/* What is there can be read, functions too. */
static bool there_or_none(const void *address) {
    uintptr_t page = 0;
    return !address || sim_base_is_text(address, &page);
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
           there_or_none(row->labels) && text_or_none(row->doc, page);
}

bool sim_schedule_is_table(const void *entry, uintptr_t *page) {
    const sim_table_t *row = entry;
    return sim_base_is_text(row->name, page) && (unsigned)row->role < SIM_N_ROLES &&
           text_or_none(row->doc, page) && there_or_none(row->fields);
}

/* The address of a function, as one of what lies there. */
typedef void any_t(void);
static bool function_or_none(any_t *function) {
    const void *address = NULL;
    memcpy(&address, &function, sizeof address);
    return there_or_none(address);
}

bool sim_schedule_is_phase(const void *entry, uintptr_t *page) {
    const sim_phase_t *row = entry;
    return sim_base_is_text(row->name, page) && text_or_none(row->doc, page) &&
           (unsigned)row->order <= SIM_ORDER_RANDOM && function_or_none((any_t *)row->items) &&
           function_or_none((any_t *)row->decide) && function_or_none((any_t *)row->each) &&
           function_or_none((any_t *)row->ask) && function_or_none((any_t *)row->event) &&
           function_or_none((any_t *)row->commit);
}
