/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series from outside (staff, spending on exchange, supplementary budgets) are known up to a year.
 * How each goes on after it is declared: at its last level, on its last trend, or as a scenario
 * says. No result may hang on where a series ends. */
#include "models/cooperation/cooperation.h"

double coop_series_after(int after, double slope, double rate, double years) {
    if (years <= 0 || after == COOP_AFTER_LEVEL)
        return 1;
    return sim_math_exp((after == COOP_AFTER_TREND ? slope : rate) * years);
}
