/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading tables: the largest file of the shipped population beside libcsv alone, its numbers, its
 * codes, and all that a run prepares from the population. */
#define _POSIX_C_SOURCE 200809L
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sim/experiment/experiment.h"
#include "sim/param/table.h"
#include "tests/bench/bench.h"

#define POPULATION KUMIAI_SOURCE_DIR "/configs/cooperation/population/"

static const char file[] = POPULATION "local_governments.csv";
static const char scenario[] = KUMIAI_SOURCE_DIR "/scenarios/baseline.cfg";

static sim_base_diag_t diag;
static sim_param_csv_t table;

static void read_table(void *user) {
    sim_param_csv_t csv;
    (void)user;
    bench_require(sim_param_csv_read(file, NULL, &diag, &csv), file);
    bench_keep(csv.rows);
    sim_param_csv_free(&csv);
}

static void take(void *cell, size_t size, void *user) {
    (void)cell;
    *(uint64_t *)user += size;
}

static void end(int terminator, void *user) {
    (void)terminator, (void)user;
}

static void parse_alone(void *user) {
    static char bytes[1 << 20];
    struct csv_parser parser;
    uint64_t sum = 0;
    FILE *from = fopen(file, "rb");
    (void)user;
    bench_require(from && csv_init(&parser, CSV_STRICT) == 0 ? 0 : SIM_ERR_IO, file);
    size_t size = fread(bytes, 1, sizeof bytes, from);
    csv_parse(&parser, bytes, size, take, end, &sum);
    csv_fini(&parser, take, end, &sum);
    csv_free(&parser);
    fclose(from);
    bench_keep(sum);
}

static void numbers(void *user) {
    double sum = 0, value = 0;
    (void)user;
    for (size_t row = 0; row < table.rows; row++)
        for (size_t column = 6; column < 9; column++)
            if (sim_param_csv_real(&table, row, column, -1e12, 1e12, &value))
                sum += value;
    bench_keep((uint64_t)sum);
}

static void codes(void *user) {
    sim_param_csv_index_t index;
    uint64_t sum = 0;
    (void)user;
    bench_require(sim_param_csv_index(&table, 0, &index), "index");
    for (size_t row = 0; row < table.rows; row++)
        sum += sim_param_csv_find(&index, sim_param_csv_cell(&table, row, 0));
    sim_param_csv_index_free(&index);
    bench_keep(sum);
}

static void prepare(void *user) {
    void *shared = NULL;
    bench_require(sim_experiment_prepare(user, &diag, &shared), "population");
    sim_experiment_release(user, shared);
}

int main(int argc, char **argv) {
    struct stat status;
    sim_config_t *config = NULL;
    sim_base_diag_init(&diag);
    bench_require(stat(file, &status) ? SIM_ERR_IO : SIM_OK, file);
    bench_require(sim_param_csv_read(file, NULL, &diag, &table), file);
    bench_require(sim_param_config_load(scenario, NULL, &diag, &config), scenario);
    double bytes = (double)status.st_size, rows = (double)table.rows;
    bench_t bench[] = {
        {"csv: libcsv alone", "byte", bytes, parse_alone, NULL, BENCH_NO_REFERENCE},
        {"csv: a table", "byte", bytes, read_table, NULL, 0},
        {"csv: numbers of cells", "number", 3 * rows, numbers, NULL, BENCH_NO_REFERENCE},
        {"csv: an index, and every code found", "code", rows, codes, NULL, BENCH_NO_REFERENCE},
        {"csv: the population prepared", "population", 1, prepare, config, BENCH_NO_REFERENCE},
    };
    int code = bench_run(argc, argv, bench, sizeof bench / sizeof *bench);
    sim_param_csv_free(&table);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
    return code;
}
