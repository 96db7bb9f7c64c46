/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/replicate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/schedule/phases.h"
#include "sim/schedule/rows.h"

enum { NO_LABEL = 255 };

static int count_declared(sim_record_t *record, const sim_model_t *model) {
    record->n_metrics = SIM_BASE_COUNT(model->metrics);
    record->n_tables = SIM_BASE_COUNT(model->tables);
    for (const sim_reducer_t *r = model->reducers; r && r->name; r++) {
        record->n_reducers++;
        if (r->how == SIM_REDUCE_MODEL)
            continue;
        if (!r->metric || SIM_BASE_PLACE(model->metrics, r->metric) == SIZE_MAX) {
            snprintf(record->note, sizeof record->note,
                     "reducer '%s' names metric '%s', which the model does not have", r->name,
                     r->metric ? r->metric : "");
            return SIM_ERR_ARGUMENT;
        }
    }
    return 0;
}

/* One element more than asked for, so that an empty array is not NULL. */
static void *zeroed(size_t count, size_t size) {
    return count < SIZE_MAX ? calloc(count + 1, size) : NULL;
}

static int begin_rows(sim_record_rows_t *rows, const sim_table_t *table, sim_detail_t detail) {
    rows->dropped = detail < sim_table_detail(table);
    rows->fields = SIM_BASE_COUNT(table->fields);
    rows->labels = zeroed(rows->fields, sizeof *rows->labels);
    for (size_t f = 0; rows->labels && f < rows->fields; f++)
        rows->labels[f] = (uint32_t)SIM_BASE_COUNT(table->fields[f].labels);
    return rows->labels ? 0 : SIM_ERR_MEMORY;
}

int sim_record_begin(sim_record_t *record, const sim_model_t *model,
                     const sim_schedule_clock_t *clock, sim_detail_t detail) {
    *record = (sim_record_t){
        .detail = detail, .start_year = clock->start_year, .steps_per_year = clock->steps_per_year};
    int rc = count_declared(record, model);
    if (rc)
        return rc;
    size_t steps = clock->steps > 0 ? (size_t)clock->steps : 0;
    record->series = zeroed((1 + steps) * record->n_metrics, sizeof *record->series);
    record->summary = zeroed(record->n_reducers, sizeof *record->summary);
    record->table = zeroed(record->n_tables, sizeof *record->table);
    if (!record->series || !record->summary || !record->table)
        return SIM_ERR_MEMORY;
    for (size_t t = 0; rc == 0 && t < record->n_tables; t++)
        rc = begin_rows(&record->table[t], &model->tables[t], detail);
    return rc;
}

void sim_record_clear(sim_record_t *record) {
    free(record->series);
    free(record->summary);
    free(record->target);
    for (size_t t = 0; record->table && t < record->n_tables; t++) {
        free(record->table[t].cell);
        free(record->table[t].kept);
        free(record->table[t].labels);
    }
    free(record->table);
    free(record->tie);
    *record = (sim_record_t){0};
}

/* ---- metrics ---- */

/* Behind the row lies what no model writes on purpose. */
enum { GUARDS = 32 };
static const double guard = -6.02214076e23;

int sim_record_observe(const sim_record_t *record, sim_world_t *world, double *metric) {
    size_t n = record->n_metrics, g = 0;
    double row[SIM_SCHEDULE_MOST_METRICS + GUARDS];
    if (!world->model->observe)
        return SIM_OK;
    memcpy(row, metric, n * sizeof *row);
    for (size_t k = 0; k < GUARDS; k++)
        row[n + k] = guard;
    sim_schedule_enter(world, "observe()", "");
    int rc = sim_schedule_outcome(world, "observe()", "", world->model->observe(world, row));
    while (g < GUARDS && row[n + g] == guard)
        g++;
    if (rc == SIM_OK && g < GUARDS)
        return sim_world_fail(world, SIM_ERR_ARGUMENT,
                              "observe() of model %.40s writes metric %zu; its table has %zu",
                              world->model->name, n + g, n);
    for (size_t m = 0; m < n && rc == SIM_OK; m++)
        if (isinf(row[m]))
            rc = sim_world_fail(
                world, SIM_ERR_MODEL,
                "observe() of model %.40s: metric %.60s is infinite (no value is NaN)",
                world->model->name, world->model->metrics[m].name);
    memcpy(metric, row, n * sizeof *row);
    return rc;
}

static bool is_flow(const sim_metric_t *metric) {
    static const char end[] = "/step";
    size_t length = strlen(metric->unit), of_end = sizeof end - 1;
    return length >= of_end && strcmp(metric->unit + length - of_end, end) == 0;
}

/* Whoever reads why a hook failed that works after every step is to know that it was before one. */
static void say_when(sim_world_t *world) {
    char reason[sizeof world->note];
    memcpy(reason, world->note, sizeof reason);
    if (reason[0])
        snprintf(world->note, sizeof world->note, "before the first step, %.230s", reason);
}

int sim_record_observe_start(const sim_record_t *record, sim_world_t *world, double *metric) {
    int rc = sim_record_observe(record, world, metric);
    if (rc)
        say_when(world);
    for (size_t m = 0; m < record->n_metrics && rc == SIM_OK; m++)
        if (is_flow(&world->model->metrics[m]))
            metric[m] = (double)NAN;
    return rc;
}

/* ---- reducers ---- */

/* The steps of a window that the run has done. */
static void window(const sim_record_t *record, const sim_reducer_t *r, int32_t *first,
                   int32_t *end) {
    int64_t from = 0, to = record->steps;
    if (r->from != 0 || r->to != 0) {
        from = ((int64_t)r->from - record->start_year) * record->steps_per_year;
        to = ((int64_t)r->to - record->start_year) * record->steps_per_year;
    }
    if (from < 0)
        from = 0;
    if (to > record->steps)
        to = record->steps;
    *first = (int32_t)(from < record->steps ? from : record->steps);
    *end = (int32_t)(to > 0 ? to : 0);
}

static double reduce(const sim_record_t *record, sim_reduce_t how, size_t metric, int32_t first,
                     int32_t end) {
    const double *value = sim_record_step(record, 0) + metric;
    if (first >= end)
        return NAN;
    if (how == SIM_REDUCE_FINAL)
        return value[(size_t)(end - 1) * record->n_metrics];
    double sum = 0, max = -INFINITY;
    size_t n = 0;
    for (int32_t s = first; s < end; s++) {
        double x = value[(size_t)s * record->n_metrics];
        if (isnan(x))
            continue;
        n++;
        sum += x;
        max = x > max ? x : max;
    }
    if (n == 0)
        return NAN;
    return how == SIM_REDUCE_MAX ? max : how == SIM_REDUCE_SUM ? sum : sum / (double)n;
}

void sim_record_reduce(sim_record_t *record, const sim_model_t *model) {
    for (size_t i = 0; i < record->n_reducers; i++) {
        const sim_reducer_t *r = &model->reducers[i];
        record->summary[i] = NAN;
        if (r->how == SIM_REDUCE_MODEL)
            continue;
        int32_t first = 0, end = 0;
        window(record, r, &first, &end);
        record->summary[i] =
            reduce(record, r->how, SIM_BASE_PLACE(model->metrics, r->metric), first, end);
    }
}

/* ---- ties ---- */

static int check_label(sim_record_t *record, uint32_t id, const char *what, size_t words,
                       uint8_t value) {
    if (value == NO_LABEL || value < words)
        return 0;
    snprintf(record->note, sizeof record->note, "tie %u has %s %u, which has no label", id, what,
             value);
    return SIM_ERR_ARGUMENT;
}

int sim_record_ties_check(sim_record_t *record, const sim_network_labels_t *labels,
                          const sim_network_ties_t *ties) {
    static const sim_network_labels_t none = {0};
    labels = labels ? labels : &none;
    const struct {
        const char *what;
        const uint8_t *value;
        size_t words;
    } list[] = {{"kind", ties->kind, SIM_BASE_COUNT(labels->kinds)},
                {"mode", ties->mode, SIM_BASE_COUNT(labels->modes)},
                {"form", ties->form, SIM_BASE_COUNT(labels->forms)},
                {"topic", ties->topic, SIM_BASE_COUNT(labels->topics)},
                {"stage", ties->stage, SIM_BASE_COUNT(labels->stages)},
                {"cause", ties->cause, SIM_BASE_COUNT(labels->causes)}};
    int rc = 0;
    for (size_t l = 0; rc == 0 && l < sizeof list / sizeof list[0]; l++)
        for (uint32_t id = 0; rc == 0 && id < ties->count; id++)
            rc = check_label(record, id, list[l].what, list[l].words, list[l].value[id]);
    return rc;
}

int sim_record_ties(sim_record_t *record, const sim_network_ties_t *ties,
                    const sim_schedule_clock_t *clock) {
    record->tie = zeroed(ties->count, sizeof *record->tie);
    if (!record->tie)
        return SIM_ERR_MEMORY;
    record->n_ties = ties->count;
    for (uint32_t id = 0; id < ties->count; id++) {
        bool live = ties->terminus[id] == SIM_NETWORK_OPEN;
        int32_t end = live ? clock->step : ties->terminus[id];
        record->tie[id] = (sim_record_tie_t){
            .from = ties->from[id],
            .to = ties->to[id],
            .onset = sim_schedule_time(clock, ties->onset[id]),
            .terminus = sim_schedule_time(clock, end),
            .kind = ties->kind[id],
            .mode = ties->mode[id],
            .form = ties->form[id],
            .topic = ties->topic[id],
            .stage = ties->stage[id],
            .cause = live ? (uint8_t)NO_LABEL : ties->cause[id],
            .onset_censored = ties->onset_censored[id],
            .terminus_censored = live,
        };
    }
    return 0;
}
