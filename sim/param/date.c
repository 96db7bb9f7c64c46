/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/param/date.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/param/config.h"
#include "sim/param/parts.h"

sim_param_calendar_t sim_param_calendar(const sim_config_t *config) {
    return (sim_param_calendar_t){config->run.start_year, config->run.steps_per_year,
                                  config->run.steps, config->model->year_begins};
}

/* ---- reading ---- */

/* "2020-06" alone: four digits, two digits. */
static bool looks_like_month(const char *text) {
    static const char form[] = "dddd-dd";
    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
            return false;
    return true;
}

bool sim_param_date_month(const char *text, sim_param_date_t *date, sim_base_why_t *why) {
    if (!looks_like_month(text)) {
        sim_base_why_set(
            why,
            "is \"%.80s\"; it must be a year, a number such as 2020.25, or a month such as "
            "\"2020-06\"",
            text);
        return false;
    }
    *date = (sim_param_date_t){.is_month = true, .year = atoi(text), .month = atoi(text + 5)};
    if (date->month >= 1 && date->month <= 12)
        return true;
    sim_base_why_set(why, "is \"%s\"; there is no month %d, months are 01 to 12", text,
                     date->month);
    return false;
}

bool sim_param_date_read(const char *text, sim_param_date_t *date, sim_base_why_t *why) {
    char *end = NULL;
    bool plain = *text && text[strspn(text, "0123456789+-.eE")] == '\0';
    double decimal = plain ? strtod(text, &end) : 0;
    if (!plain || end == text || *end || !isfinite(decimal))
        return sim_param_date_month(text, date, why);
    *date = (sim_param_date_t){.decimal = decimal};
    return true;
}

bool sim_param_date_number(const sim_model_t *model, const sim_param_t *row, const char *text,
                           double *number) {
    sim_param_date_t date;
    sim_base_why_t why;
    if (row->type != SIM_PARAM_REAL || !model || !model->year_unit || !row->unit ||
        strcmp(row->unit, model->year_unit) != 0 || !sim_param_date_month(text, &date, &why))
        return false;
    *number = sim_param_date_year(&date, model->year_begins);
    return true;
}

void sim_param_date_value(const sim_model_t *model, const sim_param_t *row,
                          sim_param_found_t *found) {
    double year;
    if (found->type == CONFIG_TYPE_STRING && sim_param_date_number(model, row, found->text, &year))
        *found = (sim_param_found_t){.type = CONFIG_TYPE_FLOAT, .real = year};
}

const char *sim_param_date_text(const sim_param_date_t *date, char *buffer, size_t size) {
    if (date->is_month)
        snprintf(buffer, size, "%04d-%02d", date->year, date->month);
    else
        sim_param_format_real(date->decimal, buffer, size);
    return buffer;
}

/* ---- steps ---- */

/* Months from the begin of year 0 of the model. */
static int64_t months_of(const sim_param_date_t *date, int year_begins) {
    return (int64_t)date->year * 12 + date->month - (year_begins > 0 ? year_begins : 1);
}

double sim_param_date_year(const sim_param_date_t *date, int year_begins) {
    return date->is_month ? (double)months_of(date, year_begins) / 12 : date->decimal;
}

double sim_param_step_begin(const sim_param_calendar_t *calendar, int64_t step) {
    return (double)calendar->start_year + (double)step / (double)calendar->steps_per_year;
}

/* The calendar month in which a step begins, "" without a calendar. */
static const char *month_of_step(const sim_param_calendar_t *calendar, int64_t step, char *buffer,
                                 size_t size) {
    int64_t months = calendar->start_year * 12 + step * 12 / calendar->steps_per_year +
                     calendar->year_begins - 1;
    if (calendar->year_begins > 0)
        snprintf(buffer, size, "%04" PRId64 "-%02" PRId64, months / 12, months % 12 + 1);
    else
        buffer[0] = '\0';
    return buffer;
}

/* "2019.75 (2020-01)" */
static void begin_text(const sim_param_calendar_t *calendar, int64_t step, char *buffer,
                       size_t size) {
    char year[32], month[64];
    double begin = sim_param_step_begin(calendar, step);
    if (begin == floor(begin))
        sim_param_format_real(begin, year, sizeof year);
    else
        snprintf(year, sizeof year, "%.8g", begin); /* 2020.1667: read again it means this step */
    month_of_step(calendar, step, month, sizeof month);
    snprintf(buffer, size, *month ? "%s (%s)" : "%s", year, month);
}

static bool outside(const sim_param_date_t *date, const sim_param_calendar_t *calendar, bool early,
                    sim_base_why_t *why) {
    char at[32], edge[128];
    sim_param_date_text(date, at, sizeof at);
    begin_text(calendar, early ? 0 : calendar->steps - 1, edge, sizeof edge);
    if (early)
        sim_base_why_set(
            why,
            "is %s; the run starts at %s (what holds from the start on is written as a "
            "parameter)",
            at, edge);
    else
        sim_base_why_set(why, "is %s; the last step of the run begins at %s", at, edge);
    return false;
}

static bool month_step(const sim_param_date_t *date, const sim_param_calendar_t *calendar,
                       int64_t *step, sim_base_why_t *why) {
    int64_t months = months_of(date, calendar->year_begins) - calendar->start_year * 12;
    int64_t per_year = calendar->steps_per_year;
    if (calendar->year_begins == 0) {
        sim_base_why_set(
            why,
            "is \"%04d-%02d\"; this model has no calendar months, write the year as a number, "
            "such as %d.5",
            date->year, date->month, date->year);
        return false;
    }
    if (months < 0 || months * per_year >= calendar->steps * 12)
        return outside(date, calendar, months < 0, why);
    *step = (months * per_year + 6) / 12;
    *step = *step < calendar->steps ? *step : calendar->steps - 1;
    return true;
}

bool sim_param_date_step(const sim_param_date_t *date, const sim_param_calendar_t *calendar,
                         int64_t *step, sim_base_why_t *why) {
    if (date->is_month)
        return month_step(date, calendar, step, why);
    double from_start =
        (date->decimal - (double)calendar->start_year) * (double)calendar->steps_per_year;
    double nearest = floor(from_start + 0.5);
    if (!(nearest >= 0 && nearest < (double)calendar->steps))
        return outside(date, calendar, nearest < 0, why);
    *step = (int64_t)nearest;
    return true;
}

/* ---- what is meant ---- */

const char *sim_param_date_meaning(const sim_param_date_t *date,
                                   const sim_param_calendar_t *calendar, int64_t step, char *buffer,
                                   size_t size) {
    char at[32], begin[128];
    sim_param_date_text(date, at, sizeof at);
    begin_text(calendar, step, begin, sizeof begin);
    snprintf(buffer, size, "%s takes effect in step %" PRId64 ", which begins at %s", at, step,
             begin);
    return buffer;
}

static bool same_date(const sim_param_date_t *a, const sim_param_date_t *b) {
    return a->is_month == b->is_month &&
           (a->is_month ? a->year == b->year && a->month == b->month
                        : a->decimal >= b->decimal && a->decimal <= b->decimal);
}

bool sim_param_date_told(const sim_config_t *config, size_t i, char *buffer, size_t size) {
    const sim_param_load_t *load = config->load;
    const sim_param_change_t *change = &load->change[i];
    const sim_param_calendar_t calendar = sim_param_calendar(config);
    char meaning[256];
    sim_base_why_t why;
    int64_t step = 0;
    bool exact = !change->date.is_month && !(change->date.decimal < change->what.at) &&
                 !(change->date.decimal > change->what.at);
    for (size_t k = 0; k < i; k++)
        if (same_date(&load->change[k].date, &change->date))
            return false;
    if (exact || !sim_param_date_step(&change->date, &calendar, &step, &why))
        return false;
    sim_param_date_meaning(&change->date, &calendar, step, meaning, sizeof meaning);
    snprintf(buffer, size, "%.400s:%d: %s", change->place.file ? change->place.file : config->file,
             change->place.line, meaning);
    return true;
}
