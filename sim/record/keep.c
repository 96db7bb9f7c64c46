/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/param/words.h"

static int keep_kinds(sim_record_rows_t *rows, const sim_table_t *table, const char *events) {
    const char *const *labels = NULL;
    size_t field = sim_param_kind_field(table, &labels);
    if (field == SIZE_MAX || sim_param_words_all(events))
        return 0;
    rows->kept = calloc(SIM_BASE_COUNT(labels) + 1, sizeof *rows->kept);
    rows->kind_field = field;
    for (size_t k = 0; rows->kept && labels[k]; k++)
        rows->kept[k] = sim_param_words_have(events, labels[k]);
    return rows->kept ? 0 : SIM_ERR_MEMORY;
}

int sim_record_keep(sim_record_t *record, const sim_model_t *model, sim_detail_t detail,
                    const sim_run_params_t *run) {
    int rc = 0;
    const char *spells = sim_param_spells_table(model);
    record->no_ties =
        detail < SIM_DETAIL_FULL || !spells || !sim_param_words_have(run->tables, spells);
    for (size_t t = 0; rc == 0 && t < record->n_tables; t++) {
        const sim_table_t *table = &model->tables[t];
        record->table[t].dropped =
            detail < sim_table_detail(table) || !sim_param_words_have(run->tables, table->name);
        rc = keep_kinds(&record->table[t], table, run->events);
    }
    return rc;
}

static const char *text_of(const char *words) {
    return words ? words : "all";
}

static bool differ(const char *a, const char *b) {
    return strcmp(text_of(a), text_of(b)) != 0;
}

int sim_record_keep_same(const sim_config_t *const *configs, size_t n, sim_base_why_t *why) {
    const sim_run_params_t *a = &configs[0]->run, *b = a;
    size_t i = 1;
    for (; i < n; i++) {
        b = &configs[i]->run;
        if (differ(a->tables, b->tables) || differ(a->events, b->events))
            break;
    }
    if (i >= n)
        return 0;
    bool tables = differ(a->tables, b->tables);
    return sim_base_why_fail(
        why, SIM_ERR_CONFIG,
        "the scenarios of a results file must keep the same rows: %s is '%s' in scenario '%s' "
        "and '%s' in '%s'",
        tables ? SIM_RECORD_KEPT_TABLES : SIM_RECORD_KEPT_EVENTS,
        text_of(tables ? a->tables : a->events), configs[0]->name,
        text_of(tables ? b->tables : b->events), configs[i]->name);
}
