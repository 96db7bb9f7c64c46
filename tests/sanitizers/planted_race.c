/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sums over one loop, a correct one (`none`) and one with a data race (`race`): run_tsan.sh has
 * to pass the first and to fail the second. */
#include <stdio.h>
#include <string.h>

enum { ITEMS = 10000 };

int main(int argc, char **argv) {
    int race = argc > 1 && strcmp(argv[1], "race") == 0;
    long reduced = 0, shared = 0;
#pragma omp parallel for reduction(+ : reduced)
    for (int i = 0; i < ITEMS; i++) {
        reduced += i;
        if (race)
            shared += i;
    }
    printf("%ld %ld\n", reduced, shared);
    return 0;
}
