/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as users write them, and the step of a run that they mean. */
#ifndef SIM_PARAM_DATE_H
#define SIM_PARAM_DATE_H

#include "sim/base/why.h"
#include "sim/param/config.h"

/* A decimal year of the model, or a calendar month ("2020-06"). */
typedef struct {
    bool is_month;
    int year, month; /* of a month; month 1 to 12 */
    double decimal;  /* else */
} sim_param_date_t;

/* The steps of a run, and the calendar of its model. */
typedef struct {
    int64_t start_year, steps_per_year, steps;
    int year_begins; /* month, 1 to 12; 0: the model knows no calendar */
} sim_param_calendar_t;

sim_param_calendar_t sim_param_calendar(const sim_config_t *config);

/* Reads "2020-06" or a decimal year. false with a sentence in *why that ends
 * what begins with the name of the setting: "is \"2020-13\"; ...". */
bool sim_param_date_read(const char *text, sim_param_date_t *date, sim_base_why_t *why);
/* The same of a month alone. */
bool sim_param_date_month(const char *text, sim_param_date_t *date, sim_base_why_t *why);

/* Whether the text is a month and the parameter a date of the model, which lies then in *number. */
bool sim_param_date_number(const struct sim_model *model, const sim_param_t *row, const char *text,
                           double *number);

/* The date as a decimal year: of a month its begin. */
double sim_param_date_year(const sim_param_date_t *date, int year_begins);

/* The step whose begin is nearest to the date (the later one when two are as near). A month of the
 * run's last step means that step. false with a sentence, as above, when no step of the run is
 * within half a step, when a month is outside the run, or when the model knows no months. */
bool sim_param_date_step(const sim_param_date_t *date, const sim_param_calendar_t *calendar,
                         int64_t *step, sim_base_why_t *why);

/* When a step begins, as the clock of the world has it. */
double sim_param_step_begin(const sim_param_calendar_t *calendar, int64_t step);

/* The date as it was written; buffer >= 32 bytes. */
const char *sim_param_date_text(const sim_param_date_t *date, char *buffer, size_t size);

/* "2020-06 takes effect in step 81, which begins at 2020.25 (2020-07)". Returns buffer (192 bytes
 * suffice). */
const char *sim_param_date_meaning(const sim_param_date_t *date,
                                   const sim_param_calendar_t *calendar, int64_t step, char *buffer,
                                   size_t size);

/* What the i-th intervention's date means, with its file and line before it. false when there is
 * nothing to say: the date is just when a step begins, or an earlier one says the same. */
bool sim_param_date_told(const sim_config_t *config, size_t i, char *buffer, size_t size);

#endif
