/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/param/config.h"

/* run.steps has no default: run.years decides unless steps is written nearer to the
 * scenario, so its value here lies outside its range. */
const sim_param_t sim_param_engine_table[] = {
    SIM_PARAM_ROW_INT(sim_run_params_t, start_year, "run.start_year", 2000, 1800, 3000, "year",
                      "Year of the first step.", A, "A round year; a scenario says its own."),
    SIM_PARAM_ROW_INT(sim_run_params_t, years, "run.years", 40, 1, 1000, "years",
                      "Length of a run; run.steps may be given in its place.", A,
                      "Long enough for ties to form, mature and end."),
    SIM_PARAM_ROW_INT(sim_run_params_t, steps, "run.steps", 0, 1, 1e7, "steps",
                      "Length of a run in steps, in place of run.years.", A,
                      "Not given: run.years decides."),
    SIM_PARAM_ROW_INT(sim_run_params_t, steps_per_year, "run.steps_per_year", 4, 1, 12, "1/year",
                      "Steps in a year: 1, 4 or 12.", A, "Quarters."),
    SIM_PARAM_ROW_INT(sim_run_params_t, seed, "run.seed", 1, 0, SIM_PARAM_MAX_SEED, "",
                      "Seed of all draws; scenarios with one seed are matched pairs.", A,
                      "Any number below 2^53 will do."),
    SIM_PARAM_ROW_INT(
        sim_run_params_t, stream, "run.stream", 0, 0, SIM_PARAM_MAX_SEED, "",
        "Stream of what steps draw, 0: that of the seed. Another from a date on gives "
        "the same past another future; what is drawn for the whole run stays.",
        A, "One past, one future, unless asked for more."),
    SIM_PARAM_ROW_INT(sim_run_params_t, reps, "run.reps", 1, 1, 1e6, "", "Number of replicates.", A,
                      "One run, unless asked for more."),
    SIM_PARAM_ROW_REAL(
        sim_run_params_t, timeout, "run.timeout", 0, 0, 1e9, "s",
        "Time after which a run is given up, looked at between steps and among events; 0: never.",
        A, "A run that does not end is rare and is seen by its user."),
    SIM_PARAM_ROW_CHOICE(sim_run_params_t, detail, "output.detail", 1,
                         "summary|series|full|choices",
                         "What is kept of a run: its summary, its series too, every tie and event "
                         "too, or also what every choice looked at.",
                         A, "Series are small and answer most questions."),
    SIM_PARAM_ROW_WORDS(sim_run_params_t, tables, "output.tables", "all",
                        "Tables that are kept from detail full on, [ \"tie\", ... ]; all: every "
                        "table.",
                        A, "Nobody misses what was kept."),
    SIM_PARAM_ROW_WORDS(sim_run_params_t, events, "output.events", "all",
                        "Kinds of events that are kept in table event, [ \"merger\", ... ]; all: "
                        "every kind.",
                        A, "Nobody misses what was kept."),
    SIM_PARAM_ROW_WORDS(sim_run_params_t, columns, "output.columns", "",
                        "Columns and networks of the state that are written from detail full "
                        "on, [ \"place\", ... ]; all: every one.",
                        A, "They are many."),
    SIM_PARAM_ROW_INT(sim_run_params_t, every, "output.every", 1, 1, 1e7, "steps",
                      "Steps from one time that output.columns are written to the next.", A,
                      "Every step."),
    SIM_PARAM_END};
