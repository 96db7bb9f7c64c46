/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of CSV files that are values of parameters. */
#include "sim/param/config.h"
#include "sim/param/parts.h"
#include "sim/param/table.h"

bool sim_param_csv_number(const sim_param_csv_t *csv, size_t row, size_t column,
                          const sim_param_t *param, const sim_model_t *model, double *number) {
    sim_param_choices_t choices;
    int64_t whole = 0;
    int place = 0;
    bool good = false, flag = false;
    if (sim_param_date_number(model, param, sim_param_csv_cell(csv, row, column), number) &&
        *number >= param->min && *number <= param->max)
        return true;
    if (param->type == SIM_PARAM_REAL)
        return sim_param_csv_real(csv, row, column, param->min, param->max, number);
    if (param->type == SIM_PARAM_INT) {
        double most = param->max < 0x1p53 ? param->max : 0x1p53;
        good = sim_param_csv_int(csv, row, column, (int64_t)param->min, (int64_t)most, &whole);
        *number = (double)whole;
        return good;
    }
    if (param->type == SIM_PARAM_BOOL) {
        good = sim_param_csv_flag(csv, row, column, &flag);
        *number = flag;
        return good;
    }
    good = sim_param_csv_word(csv, row, column, sim_param_choices(param, &choices), &place);
    *number = place;
    return good;
}
