/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling the record of one replicate: series while it runs, reducers and ties at its end. */
#ifndef SIM_RECORD_REPLICATE_H
#define SIM_RECORD_REPLICATE_H

#include "sim/record/record.h"
#include "sim/schedule/world.h"

/* Zeroes *record (what it held is not freed) and allocates series, summary and tables for a
 * replicate of `model` that runs clock->steps steps. SIM_ERR_MEMORY, or SIM_ERR_ARGUMENT when a
 * reducer names a metric that the model lacks; then record->note says why. Clear it in any case. */
int sim_record_begin(sim_record_t *record, const sim_model_t *model,
                     const sim_schedule_clock_t *clock, sim_detail_t detail);

/* The step of the row that shows the state before the first step. */
enum { SIM_RECORD_START = -1 };

/* The zeroed row of metrics of `step`, from SIM_RECORD_START on, and the time that it has in the
 * results: when its step begins. The state before the first step is the end of a step before it. */
static inline double *sim_record_step(const sim_record_t *record, int32_t step) {
    return record->series + (size_t)(step - SIM_RECORD_START) * record->n_metrics;
}
static inline double sim_record_time(const sim_record_t *record, int32_t step) {
    return record->start_year + (double)step / record->steps_per_year;
}
/* Rows of the series so far. */
static inline size_t sim_record_series_rows(const sim_record_t *record) {
    return (size_t)((int64_t)record->steps - SIM_RECORD_START);
}

/* Calls the model's observe() for `metric`, a zeroed row of record->n_metrics. A value behind the
 * last metric of the model's table is not written, but fails the run; so does what the world says
 * of the hook. */
int sim_record_observe(const sim_record_t *record, sim_world_t *world, double *metric);

/* The same before the first step: flows, metrics whose unit ends in "/step", are NaN. */
int sim_record_observe_start(const sim_record_t *record, sim_world_t *world, double *metric);

/* Fills record->summary from the record->steps steps of the series; the state before them is no
 * part of any. The window of a reducer is cut to the run. Mean, sum and max skip values that are
 * NaN; final is the value of the window's last step, NaN or not. NaN (NULL in the results) when no
 * value is left, and for the columns that the model fills itself. Sums run in step order. */
void sim_record_reduce(sim_record_t *record, const sim_model_t *model);

/* Whether all that ties are called has a label: SIM_ERR_ARGUMENT with a note that names the tie. */
int sim_record_ties_check(sim_record_t *record, const sim_network_labels_t *labels,
                          const sim_network_ties_t *ties);

/* Copies checked tie spells as rows of the results file; a live tie is censored at clock->step.
 * SIM_ERR_MEMORY. */
int sim_record_ties(sim_record_t *record, const sim_network_ties_t *ties,
                    const sim_schedule_clock_t *clock);

/* Writes the columns that the configuration asks for, output.columns, if this is one of the times
 * to do so; between steps. 0 or SIM_ERR_MEMORY. */
int sim_record_states(sim_world_t *world, const sim_config_t *config);

/* Room for `wanted` rows in all. 0 or SIM_ERR_MEMORY. */
int sim_record_rows_reserve(sim_record_rows_t *rows, size_t wanted);

/* Frees what the record owns and zeroes it. Safe on a zeroed record. */
void sim_record_clear(sim_record_t *record);

#endif
