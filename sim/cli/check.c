/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kumiai check: every problem of every file, and nothing else. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/kept.h"
#include "sim/cli/options.h"
#include "sim/cli/targets.h"
#include "sim/experiment/sweep.h"
#include "sim/param/date.h"
#include "sim/store/outputs.h"

static const char help_text[] =
    "Usage: kumiai check [--set group.name=value]... [--targets FILE] FILE.cfg...\n\n"
    "Reads each scenario or sweep with its bases and data files, or targets file, and reports\n"
    "every problem with file, line and reason. Writes nothing. Exit status 0 when all are good, 2 "
    "when one is not.\n\n"
    "  --set group.name=value  as for `kumiai run`; may be given several times\n"
    "  --targets FILE          also whether the scenarios' runs cover the years of these targets\n"
    "  --help                  this text\n";

enum { SET, TARGETS };
const sim_cli_option_t sim_cli_check_table[] = {[SET] = {"--set", "group.name=value"},
                                                [TARGETS] = {"--targets", "the name of a file"},
                                                {"--help", NULL},
                                                {NULL, NULL}};

typedef struct {
    sim_cli_words_t files, sets;
    const char *targets;
} options_t;

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    options_t *o = user;
    (void)diag;
    if (option == TARGETS)
        o->targets = value;
    else {
        sim_cli_words_t *words = option == SET ? &o->sets : &o->files;
        words->text[words->count++] = value;
    }
}

/* What dates mean that are not just the begin of a step. */
static void print_dates(const sim_config_t *config) {
    char line[1024];
    for (size_t i = 0; i < config->n_interventions; i++)
        if (sim_param_date_told(config, i, line, sizeof line))
            printf("%s\n", line);
}

/* The targets of the option beside a scenario that has been read. */
static int check_targets(const char *file, sim_config_t *config, sim_base_diag_t *diag) {
    sim_store_outputs_t *outputs = NULL;
    int code = sim_cli_targets_load(file, &config, 1, diag, &outputs);
    if (!code)
        code = sim_cli_targets_years(file, outputs, config, "", diag);
    sim_store_outputs_destroy(outputs);
    return code;
}

static int load_scenario(const char *file, const options_t *options, sim_base_diag_t *diag) {
    const sim_cli_words_t *sets = &options->sets;
    sim_config_t *config = NULL;
    void *shared = NULL;
    int code = sim_param_config_load(file, sets->text, diag, &config);
    if (!code)
        code = sim_experiment_prepare(config, diag, &shared);
    if (!code) {
        sim_experiment_release(config, shared);
        print_dates(config);
        sim_cli_warn_unkept(config, (sim_detail_t)config->run.detail, diag);
        code = check_targets(options->targets, config, diag);
    }
    sim_param_config_destroy(config);
    return code;
}

static int load_sweep(const char *file, const sim_cli_words_t *sets, sim_base_diag_t *diag) {
    sim_design_sweep_t sweep;
    int code = sim_experiment_sweep_load(file, sets->text, diag, &sweep);
    if (!code) {
        if (sweep.note[0])
            printf("%s\n", sweep.note);
        print_dates(sweep.config);
        sim_cli_warn_unkept(sweep.config, SIM_DETAIL_SUMMARY, diag);
    }
    sim_experiment_sweep_free(&sweep);
    return code;
}

static int load_targets(const char *file, sim_base_diag_t *diag) {
    sim_store_outputs_t *outputs = NULL;
    int code = sim_store_outputs_load(file, NULL, diag, &outputs);
    sim_store_outputs_destroy(outputs);
    return code;
}

/* A code that is no problem of the file but of the machine is said as well. */
static int check_file(const char *file, const options_t *options, sim_base_diag_t *diag) {
    int code = sim_store_outputs_is_file(file) ? load_targets(file, diag)
               : sim_design_is_sweep(file)     ? load_sweep(file, &options->sets, diag)
                                               : load_scenario(file, options, diag);
    if (code && code != SIM_ERR_CONFIG)
        sim_base_diag_add(diag, file, 0, "%s", sim_base_strerror(code));
    return code;
}

static int check_files(const options_t *options) {
    sim_base_diag_t diag;
    int worst = SIM_CLI_OK;
    sim_base_diag_init(&diag);
    for (size_t i = 0; i < options->files.count; i++) {
        int code = check_file(options->files.text[i], options, &diag);
        if (code == SIM_ERR_MEMORY)
            worst = SIM_CLI_FAILED;
        else if (code && worst == SIM_CLI_OK)
            worst = SIM_CLI_USAGE;
        if (!code)
            printf("%s: ok\n", options->files.text[i]);
    }
    sim_cli_warn_sets(options->sets.text, options->sets.count, &diag);
    int output = sim_cli_finish_output();
    sim_cli_print_problems(&diag);
    sim_base_diag_free(&diag);
    return worst ? worst : output;
}

int sim_cli_check(int argc, char **argv) {
    static const sim_cli_reader_t reader = {help_text, sim_cli_check_table, take};
    options_t options = {.files.text = calloc((size_t)argc, sizeof(char *)),
                         .sets.text = calloc((size_t)argc, sizeof(char *))};
    int status = SIM_CLI_FAILED;
    if (!options.files.text || !options.sets.text)
        fprintf(stderr, "kumiai check: %s\n", sim_base_strerror(SIM_ERR_MEMORY));
    else if (sim_cli_options_good(argc, argv, &reader, &options, &status))
        status = options.files.count ? check_files(&options)
                                     : sim_cli_usage_error("check", "no file is given");
    free(options.files.text);
    free(options.sets.text);
    return status;
}
