/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of CSV files that are values of parameters. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/param/config.h"
#include "sim/param/date.h"
#include "sim/param/table.h"
#include "sim/record/record.h"

enum { MAX_WORDS = 64, MAX_WORD_BYTES = 1024 };

static void split(const char *choices, char *buffer, const char *word[MAX_WORDS + 1]) {
    size_t count = 0;
    char *rest = NULL;
    snprintf(buffer, MAX_WORD_BYTES, "%s", choices);
    for (char *at = strtok_r(buffer, "|", &rest); at && count < MAX_WORDS;
         at = strtok_r(NULL, "|", &rest))
        word[count++] = at;
    word[count] = NULL;
}

bool sim_param_csv_number(const sim_param_csv_t *csv, size_t row, size_t column,
                          const sim_param_t *param, const sim_model_t *model, sim_base_diag_t *diag,
                          double *number) {
    char buffer[MAX_WORD_BYTES];
    const char *choice[MAX_WORDS + 1];
    int64_t whole = 0;
    int place = 0;
    bool good = false, flag = false;
    if (sim_param_date_number(model, param, sim_param_csv_cell(csv, row, column), number) &&
        *number >= param->min && *number <= param->max)
        return true;
    if (param->type == SIM_PARAM_REAL)
        return sim_param_csv_real(csv, row, column, param->min, param->max, diag, number);
    if (param->type == SIM_PARAM_INT) {
        double most = param->max < 0x1p53 ? param->max : 0x1p53;
        good =
            sim_param_csv_int(csv, row, column, (int64_t)param->min, (int64_t)most, diag, &whole);
        *number = (double)whole;
        return good;
    }
    if (param->type == SIM_PARAM_BOOL) {
        good = sim_param_csv_flag(csv, row, column, diag, &flag);
        *number = flag;
        return good;
    }
    split(param->choices, buffer, choice);
    good = sim_param_csv_word(csv, row, column, choice, diag, &place);
    *number = place;
    return good;
}
