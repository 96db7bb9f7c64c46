/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals by the table that the scripts' intervals are checked by as well
 * (tests/scripts/test_coverage.py). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/store/interval.h"

static bool same(double mine, double theirs) {
    return isnan(theirs) ? isnan(mine) : fabs(mine - theirs) <= 1e-8 * (1 + fabs(theirs));
}

static void check_row(const char *row) {
    char quantity[16] = "", low[32] = "", high[32] = "";
    int at = 0;
    cr_assert_eq(sscanf(row, "%15[^,],%31[^,],%31[^,],%n", quantity, low, high, &at), 3, "%s", row);
    gsl_rstat_workspace *values = gsl_rstat_alloc();
    char *next = NULL;
    for (const char *p = row + at; *p && *p != '\n'; p = next) {
        gsl_rstat_add(strtod(p, &next), values);
        cr_assert_neq(next, p, "%s", row);
    }
    const char *unit = strcmp(quantity, "amount") == 0 ? "yen" : quantity;
    sim_store_quantity_t kind =
        strcmp(quantity, "any") == 0 ? SIM_STORE_ANY : sim_store_quantity(values, unit);
    sim_store_interval_t found = sim_store_interval(values, 0.95, kind);
    cr_expect(same(found.low, strtod(low, NULL)) && same(found.high, strtod(high, NULL)),
              "%.17g to %.17g: %s", found.low, found.high, row);
    gsl_rstat_free(values);
}

Test(interval, the_table_of_both_programs) {
    FILE *table = fopen(KUMIAI_SOURCE_DIR "/tests/data/intervals.csv", "r");
    char row[4096];
    int rows = 0;
    cr_assert(table);
    while (fgets(row, sizeof row, table))
        if (row[0] != '#') {
            check_row(row);
            rows++;
        }
    fclose(table);
    cr_assert_geq(rows, 20);
}

Test(interval, nothing_has_no_interval) {
    gsl_rstat_workspace *values = gsl_rstat_alloc();
    sim_store_interval_t found =
        sim_store_interval(values, 0.95, sim_store_quantity(values, "share"));
    cr_expect(isnan(found.low) && isnan(found.high));
    gsl_rstat_free(values);
}
