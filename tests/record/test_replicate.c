/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of one replicate: reducers against closed forms, rows, ties. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/record/keep.h"
#include "sim/record/replicate.h"

/* Metric `line` is 1, 2, 3, ...; `gaps` is NaN in every odd step, else the step; `none` is NaN. */
static const sim_metric_t metrics[] = {
    {"line", "", ""}, {"gaps", "", ""}, {"none", "", ""}, {NULL, NULL, NULL}};
static const sim_reducer_t reducers[] = {
    {"line_mean", "", "", SIM_REDUCE_MEAN, "line", 0, 0},
    {"line_sum", "", "", SIM_REDUCE_SUM, "line", 0, 0},
    {"line_max", "", "", SIM_REDUCE_MAX, "line", 0, 0},
    {"line_final", "", "", SIM_REDUCE_FINAL, "line", 0, 0},
    {"second_year", "", "", SIM_REDUCE_SUM, "line", 2001, 2002},
    {"second_year_last", "", "", SIM_REDUCE_FINAL, "line", 2001, 2002},
    {"beyond", "", "", SIM_REDUCE_SUM, "line", 2001, 2100},
    {"before", "", "", SIM_REDUCE_SUM, "line", 1900, 2000},
    {"after", "", "", SIM_REDUCE_MEAN, "line", 2100, 2200},
    {"from_before", "", "", SIM_REDUCE_SUM, "line", 1990, 2001},
    {"gaps_mean", "", "", SIM_REDUCE_MEAN, "gaps", 0, 0},
    {"gaps_final", "", "", SIM_REDUCE_FINAL, "gaps", 0, 0},
    {"none_sum", "", "", SIM_REDUCE_SUM, "none", 0, 0},
    {"none_max", "", "", SIM_REDUCE_MAX, "none", 0, 0},
    {"own", "", "", SIM_REDUCE_MODEL, NULL, 0, 0},
    {NULL, NULL, NULL, SIM_REDUCE_SUM, NULL, 0, 0},
};
static const char *const colours[] = {"red", "green", NULL};
static const sim_field_t paint_fields[] = {{"when", SIM_FIELD_REAL, NULL, ""},
                                           {"colour", SIM_FIELD_LABEL, colours, ""},
                                           {NULL, SIM_FIELD_REAL, NULL, NULL}};
static const sim_table_t tables[] = {{"paint", "", paint_fields, false, SIM_ROLE_NONE},
                                     {.name = NULL}};
static const sim_model_t model = {
    .name = "test", .metrics = metrics, .reducers = reducers, .tables = tables};

enum { STEPS = 12 };
static const sim_schedule_clock_t clock_12 = {2000, 4, STEPS, 0};

static double reduced(const char *name) {
    sim_record_t record;
    cr_assert_eq(sim_record_begin(&record, &model, &clock_12, SIM_DETAIL_SUMMARY), 0);
    /* What was before the first step would be in every sum. */
    for (size_t m = 0; m < record.n_metrics; m++)
        sim_record_step(&record, SIM_RECORD_START)[m] = 1e6;
    for (int32_t s = 0; s < STEPS; s++) {
        double *row = sim_record_step(&record, s);
        row[0] = s + 1;
        row[1] = s % 2 ? NAN : (double)s;
        row[2] = NAN;
    }
    record.steps = STEPS;
    sim_record_reduce(&record, &model);
    double value = 0;
    size_t found = 0;
    for (size_t i = 0; reducers[i].name; i++)
        if (strcmp(reducers[i].name, name) == 0 && ++found)
            value = record.summary[i];
    cr_assert_eq(found, 1, "no reducer %s", name);
    sim_record_clear(&record);
    return value;
}

Test(reduce, whole_run) {
    cr_assert_eq(reduced("line_mean"), 6.5);
    cr_assert_eq(reduced("line_sum"), 78);
    cr_assert_eq(reduced("line_max"), 12);
    cr_assert_eq(reduced("line_final"), 12);
}

Test(reduce, window_is_half_open_in_fiscal_years) {
    cr_assert_eq(reduced("second_year"), 5 + 6 + 7 + 8);
    cr_assert_eq(reduced("second_year_last"), 8);
    cr_assert_eq(reduced("from_before"), 1 + 2 + 3 + 4);
}

Test(reduce, window_is_cut_to_the_run) {
    cr_assert_eq(reduced("beyond"), 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12);
    cr_assert(isnan(reduced("before")));
    cr_assert(isnan(reduced("after")));
}

Test(reduce, missing_values_are_skipped) {
    cr_assert_eq(reduced("gaps_mean"), 5);
    cr_assert(isnan(reduced("gaps_final")));
    cr_assert(isnan(reduced("none_sum")));
    cr_assert(isnan(reduced("none_max")));
}

Test(reduce, the_models_own_columns_are_left_missing) {
    cr_assert(isnan(reduced("own")));
}

Test(reduce, an_unknown_metric_is_named) {
    static const sim_reducer_t wrong[] = {{"r", "", "", SIM_REDUCE_SUM, "lien", 0, 0},
                                          {NULL, NULL, NULL, SIM_REDUCE_SUM, NULL, 0, 0}};
    const sim_model_t broken = {.name = "broken", .metrics = metrics, .reducers = wrong};
    sim_record_t record;
    cr_assert_eq(sim_record_begin(&record, &broken, &clock_12, SIM_DETAIL_FULL), SIM_ERR_ARGUMENT);
    cr_assert(strstr(record.note, "lien"));
    sim_record_clear(&record);
}

Test(reduce, a_model_that_declares_nothing) {
    const sim_model_t bare = {.name = "bare"};
    sim_record_t record;
    cr_assert_eq(sim_record_begin(&record, &bare, &clock_12, SIM_DETAIL_FULL), 0);
    record.steps = STEPS;
    sim_record_reduce(&record, &bare);
    sim_record_clear(&record);
    sim_record_clear(&record);
}

/* ---- rows ---- */

static int add(sim_world_t *world, double when, int64_t colour) {
    sim_cell_t cell[2] = {{.r = when}, {.i = colour}};
    return sim_world_row(world, 0, cell);
}

Test(rows, of_a_table_of_choices_kept_at_detail_choices_alone) {
    static const sim_table_t of_choices[] = {{"paint", "", paint_fields, true, SIM_ROLE_NONE},
                                             {.name = NULL}};
    const sim_network_labels_t tied = {.kinds = colours};
    const sim_model_t chooses = {
        .name = "chooses", .metrics = metrics, .tables = of_choices, .labels = &tied};
    const sim_run_params_t all = {0}, none = {.tables = "tie"};
    for (int detail = SIM_DETAIL_SUMMARY; detail <= SIM_DETAIL_CHOICES; detail++) {
        const bool kept = detail == SIM_DETAIL_CHOICES;
        sim_record_t record;
        sim_world_t world = {.model = &chooses, .record = &record};
        cr_assert_eq(sim_record_begin(&record, &chooses, &clock_12, (sim_detail_t)detail), 0);
        cr_assert_eq(add(&world, 1, 1), 0);
        cr_expect_eq(record.table[0].rows, kept);
        cr_expect_eq(sim_world_records_table(&world, 0), kept);
        cr_assert_eq(sim_record_keep(&record, &chooses, (sim_detail_t)detail, &all), 0);
        cr_expect_eq(record.table[0].dropped, !kept);
        cr_expect_eq(record.no_ties, detail < SIM_DETAIL_FULL);
        cr_assert_eq(sim_record_keep(&record, &chooses, (sim_detail_t)detail, &none), 0);
        cr_expect(record.table[0].dropped);
        sim_record_clear(&record);
    }
}

Test(rows, kept_from_detail_full_on) {
    for (int detail = SIM_DETAIL_SUMMARY; detail <= SIM_DETAIL_CHOICES; detail++) {
        sim_record_t record;
        sim_world_t world = {.model = &model, .record = &record};
        cr_assert_eq(sim_record_begin(&record, &model, &clock_12, (sim_detail_t)detail), 0);
        for (int i = 0; i < 1000; i++)
            cr_assert_eq(add(&world, i, i % 2), 0);
        size_t expected = detail >= SIM_DETAIL_FULL ? 1000 : 0;
        cr_assert_eq(record.table[0].rows, expected);
        for (size_t i = 0; i < expected; i++) {
            cr_assert_eq(record.table[0].cell[2 * i].r, (double)i);
            cr_assert_eq(record.table[0].cell[2 * i + 1].i, (int64_t)(i % 2));
        }
        sim_record_clear(&record);
    }
    sim_world_t bare = {.model = &model};
    cr_assert_eq(add(&bare, 0, 0), 0);
}

Test(rows, what_has_no_label_or_table_is_refused) {
    sim_record_t record;
    sim_world_t world = {.model = &model, .record = &record};
    cr_assert_eq(sim_record_begin(&record, &model, &clock_12, SIM_DETAIL_FULL), 0);
    cr_assert_eq(add(&world, 0, SIM_NULL_INT), 0);
    cr_assert_lt(add(&world, 0, 2), 0);
    cr_assert(strstr(world.note, "paint.colour"));
    cr_assert_lt(add(&world, 0, -1), 0);
    sim_cell_t cell[2] = {{.r = 0}, {.i = 0}};
    cr_assert_lt(sim_world_row(&world, 1, cell), 0);
    cr_assert_lt(sim_world_row(&world, -1, cell), 0);
    cr_assert_eq(record.table[0].rows, 1);
    sim_record_clear(&record);
}

/* ---- ties: three spells in arrays of the caller ---- */

enum { TIES = 3 };
static const char *const kinds[] = {"plain", NULL};
static const char *const causes[] = {"quarrel", NULL};
static const sim_network_labels_t labels = {kinds,  colours, colours, colours,
                                            causes, colours, NULL,    NULL};

typedef struct {
    uint8_t kind[TIES], mode[TIES], form[TIES], topic[TIES], stage[TIES], cause[TIES],
        censored[TIES];
    uint32_t from[TIES], to[TIES];
    int32_t onset[TIES], terminus[TIES];
} spells_t;

static sim_network_ties_t view(spells_t *s) {
    return (sim_network_ties_t){.count = TIES,
                                .kind = s->kind,
                                .mode = s->mode,
                                .form = s->form,
                                .topic = s->topic,
                                .stage = s->stage,
                                .cause = s->cause,
                                .onset_censored = s->censored,
                                .from = s->from,
                                .to = s->to,
                                .onset = s->onset,
                                .terminus = s->terminus};
}

static spells_t three(void) {
    return (spells_t){.mode = {0, 255, 1},
                      .form = {1, 255, 0},
                      .cause = {0, 255, 0},
                      .censored = {1, 0, 0},
                      .from = {1, 2, 3},
                      .to = {4, 5, 6},
                      .onset = {-6, 2, 3},
                      .terminus = {5, SIM_NETWORK_OPEN, STEPS}};
}

Test(ties, times_and_censoring) {
    sim_record_t record;
    spells_t spells = three();
    sim_network_ties_t ties = view(&spells);
    const sim_schedule_clock_t end = {2000, 4, STEPS, STEPS};
    cr_assert_eq(sim_record_begin(&record, &model, &end, SIM_DETAIL_FULL), 0);
    cr_assert_eq(sim_record_ties(&record, &ties, &end), 0);
    cr_assert_eq(record.n_ties, TIES);
    const double onset[] = {1998.5, 2000.5, 2000.75}, terminus[] = {2001.25, 2003, 2003};
    const uint8_t censored[] = {0, 1, 0}, cause[] = {0, 255, 0};
    for (size_t i = 0; i < TIES; i++) {
        cr_assert_eq(record.tie[i].onset, onset[i]);
        cr_assert_eq(record.tie[i].terminus, terminus[i]);
        cr_assert_eq(record.tie[i].terminus_censored, censored[i]);
        cr_assert_eq(record.tie[i].cause, cause[i]);
        cr_assert_eq(record.tie[i].form, spells.form[i]);
        cr_assert_eq(record.tie[i].from, (int64_t)i + 1);
    }
    cr_assert_eq(record.tie[0].onset_censored, 1);
    sim_record_clear(&record);
}

Test(ties, a_number_without_a_label_is_named) {
    sim_record_t record;
    spells_t spells = three();
    sim_network_ties_t ties = view(&spells);
    spells.topic[1] = 7;
    cr_assert_eq(sim_record_begin(&record, &model, &clock_12, SIM_DETAIL_FULL), 0);
    cr_assert_eq(sim_record_ties_check(&record, &labels, &ties), SIM_ERR_ARGUMENT);
    cr_assert(strstr(record.note, "tie 1 has topic 7"));
    spells.topic[1] = 0, spells.form[2] = 9;
    cr_assert_eq(sim_record_ties_check(&record, &labels, &ties), SIM_ERR_ARGUMENT);
    cr_assert(strstr(record.note, "tie 2 has form 9"));
    sim_record_clear(&record);
}
