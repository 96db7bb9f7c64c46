/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/kept.h"

#include <stdio.h>
#include <string.h>

#include "sim/param/draws.h"
#include "sim/param/words.h"
#include "sim/store/store.h"

/* A table that output.tables names and the detail keeps no rows of. */
static void warn_table(const sim_config_t *config, const sim_table_t *table, sim_detail_t detail,
                       sim_base_diag_t *diag) {
    int line = 0;
    const char *file = sim_param_origin(config, "output.tables", &line);
    sim_base_diag_add(diag, file, line,
                      "warning: output.tables names %s, which is empty at detail %s: its rows are "
                      "kept at detail %s only",
                      table->name, sim_store_detail_name(detail),
                      sim_store_detail_name(sim_table_detail(table)));
}

static void warn(const sim_config_t *config, const char *name, sim_detail_t detail,
                 sim_base_diag_t *diag) {
    int line = 0;
    const char *file = sim_param_origin(config, name, &line);
    sim_base_diag_add(diag, file, line,
                      "warning: %s has no effect at detail %s: rows of tables are kept at detail "
                      "full and choices only",
                      name, sim_store_detail_name(detail));
}

void sim_cli_warn_unkept(const sim_config_t *config, sim_detail_t detail, sim_base_diag_t *diag) {
    const bool chosen = !sim_param_words_all(config->run.tables);
    const sim_table_t *table = config->model->tables;
    for (; detail >= SIM_DETAIL_FULL && chosen && table && table->name; table++)
        if (detail < sim_table_detail(table) &&
            sim_param_words_have(config->run.tables, table->name))
            warn_table(config, table, detail, diag);
    if (detail >= SIM_DETAIL_FULL)
        return;
    if (chosen)
        warn(config, "output.tables", detail, diag);
    if (!sim_param_words_all(config->run.events))
        warn(config, "output.events", detail, diag);
    if (config->columns)
        warn(config, "output.columns", detail, diag);
}

void sim_cli_warn_sets(const char *const *sets, size_t n, sim_base_diag_t *diag) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            size_t name = strcspn(sets[i], "=");
            if (strncmp(sets[i], sets[k], name + 1) != 0 || strcmp(sets[i], sets[k]) == 0)
                continue;
            sim_base_diag_add(diag, NULL, 0, "warning: %s is replaced by %s: the last one counts",
                              sets[i], sets[k]);
            break;
        }
}

void sim_cli_warn_same(sim_config_t *const *config, size_t n, sim_base_diag_t *diag) {
    for (size_t i = 1; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(config[k]->digest, config[i]->digest) == 0) {
                sim_base_diag_add(diag, config[i]->file, 0,
                                  "warning: its settings are those of scenario '%s': so are its "
                                  "results",
                                  config[k]->name);
                break;
            }
}

void sim_cli_tell_kept(const sim_config_t *config) {
    enum { NAMED = 3 };
    const sim_param_draws_t *draws = config->draws;
    size_t kept = 0, told = 0;
    for (size_t c = 0; draws && c < draws->n_rows; c++)
        kept += config->kept[c];
    if (kept == 0)
        return;
    fputs("kumiai: ", stderr);
    for (size_t c = 0; c < draws->n_rows && told < NAMED; c++)
        if (config->kept[c]) {
            const char *joined = told == 0 ? "" : told + 1 == kept ? " and " : ", ";
            fprintf(stderr, "%s%s", joined, draws->row[c]->name);
            told++;
        }
    if (kept > told)
        fprintf(stderr, " and %zu more", kept - told);
    fprintf(stderr,
            " %s not drawn in scenario '%s': its own file, --set or the design says what %s\n",
            kept == 1 ? "is" : "are", config->name, kept == 1 ? "it is" : "they are");
}
