/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kumiai targets: what a targets file says, once it was checked. And the option --targets. */
#include "sim/cli/targets.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/options.h"

/* ---- the option ---- */

const char *sim_cli_targets_file(const char *value, sim_base_diag_t *diag) {
    if (!*value)
        sim_base_diag_add(diag, NULL, 0, "--targets needs the name of a file");
    return value;
}

int sim_cli_targets_load(const char *file, sim_config_t *const *configs, size_t n,
                         sim_base_diag_t *diag, sim_store_outputs_t **out) {
    const sim_model_t *model = NULL;
    *out = NULL;
    if (!file || !*file)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (!configs[i])
            continue;
        if (model && configs[i]->model->name != model->name)
            return sim_base_diag_add(diag, configs[i]->file, 0,
                                     "--targets measures runs of one model, but this scenario is "
                                     "of model %s, another of %s",
                                     configs[i]->model->name, model->name);
        model = configs[i]->model;
    }
    int rc = sim_store_outputs_load(file, model, diag, out);
    for (size_t i = 0; rc == 0 && i < n; i++)
        if (configs[i])
            configs[i]->outputs = *out;
    return rc;
}

static int64_t last_year(const sim_run_params_t *run) {
    return run->start_year + (run->steps - 1) / run->steps_per_year;
}

/* A stock at the end of the year before the run is what the run starts from. */
static bool is_covered(const sim_store_output_t *o, const sim_run_params_t *run) {
    if (!o->use || o->from == SIM_NULL_INT)
        return true;
    int64_t latest = strcmp(o->use, "fit") == 0 ? o->to : o->from;
    return o->to >= run->start_year - 1 && latest <= last_year(run);
}

/* "2029", or "2013 to 2017". */
static const char *years(int64_t from, int64_t to, char *buffer, size_t size) {
    if (from == to)
        snprintf(buffer, size, "%" PRId64, from);
    else
        snprintf(buffer, size, "%" PRId64 " to %" PRId64, from, to);
    return buffer;
}

int sim_cli_targets_years(const char *file, const sim_store_outputs_t *outputs,
                          const sim_config_t *config, const char *kind, sim_base_diag_t *diag) {
    char observed[64], covered[64];
    int rc = 0;
    years(config->run.start_year, last_year(&config->run), covered, sizeof covered);
    for (size_t k = 0; outputs && k < outputs->n_outputs; k++) {
        const sim_store_output_t *o = &outputs->output[k];
        if (!is_covered(o, &config->run))
            rc = sim_base_diag_add(diag, file, o->line,
                                   "%starget %s was observed in %s, but the run of scenario %s "
                                   "covers %s",
                                   kind, o->name, years(o->from, o->to, observed, sizeof observed),
                                   config->name, covered);
    }
    return rc;
}

/* ---- the command ---- */

static const char help_text[] =
    "Usage: kumiai targets [--format text|json] FILE.cfg\n\n"
    "Checks a targets file, with its queries, and prints what it says: the outputs that --targets\n"
    "measures on every run, and what was observed of them. Exit status 2 when it has a problem.\n\n"
    "  --format text  a line for each output (the default)\n"
    "  --format json  everything; what is not given is null\n"
    "  --help         this text\n";

enum { FORMAT };
const sim_cli_option_t sim_cli_targets_table[] = {
    [FORMAT] = {"--format", "text|json"}, {"--help", NULL}, {NULL, NULL}};

typedef struct {
    const char *file;
    bool json;
} options_t;

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    static const char *const formats[] = {"text", "json", NULL};
    options_t *o = user;
    if (option == FORMAT)
        o->json = sim_cli_format(value, formats, "; it may be text or json", diag) == 1;
    else if (o->file)
        sim_base_diag_add(diag, NULL, 0, "one file at a time: '%s' is too much", value);
    else
        o->file = value;
}

static void print_target(const sim_store_output_t *o) {
    char years[48];
    snprintf(years, sizeof years, o->from == o->to ? "%lld" : "%lld-%lld", (long long)o->from,
             (long long)o->to);
    printf("  %-4s  %g", o->use, o->value);
    if (o->sd > 0 || o->discrepancy > 0)
        printf(" +- %g (observation %g, model %g)",
               sqrt(o->sd * o->sd + o->discrepancy * o->discrepancy), o->sd, o->discrepancy);
    printf(", %s, %s, %s: %s\n", o->scale, years, o->tag, o->source);
}

static void print_text(const sim_store_outputs_t *outputs) {
    size_t fit = 0, test = 0;
    for (size_t k = 0; k < outputs->n_outputs; k++) {
        const sim_store_output_t *o = &outputs->output[k];
        printf("%s%s%s: %s\n", o->pattern ? o->pattern : "", o->pattern ? "  " : "", o->name,
               o->label);
        if (o->use)
            print_target(o);
        fit += o->use && strcmp(o->use, "fit") == 0;
        test += o->use && strcmp(o->use, "test") == 0;
    }
    printf("\n%zu outputs of model %s: %zu targets to fit", outputs->n_outputs,
           outputs->model->name, fit);
    if (outputs->fit_until != SIM_NULL_INT)
        printf(" (until %lld)", (long long)outputs->fit_until);
    printf(", %zu to test\n", test);
}

static int print(const sim_store_outputs_t *outputs, bool json) {
    int rc = json ? sim_cli_targets_json(outputs) : 0;
    if (rc) {
        fprintf(stderr, "kumiai targets: %s\n", sim_base_strerror(rc));
        return SIM_CLI_FAILED;
    }
    if (!json)
        print_text(outputs);
    return sim_cli_finish_output();
}

static int print_file(const options_t *options) {
    sim_base_diag_t diag;
    sim_store_outputs_t *outputs = NULL;
    sim_base_diag_init(&diag);
    int rc = sim_store_outputs_load(options->file, NULL, &diag, &outputs), status = SIM_CLI_USAGE;
    if (rc == 0)
        status = print(outputs, options->json);
    else if (rc != SIM_ERR_CONFIG && diag.count == 0) {
        fprintf(stderr, "kumiai targets: %s\n", sim_base_strerror(rc));
        status = SIM_CLI_FAILED;
    }
    sim_cli_print_problems(&diag);
    sim_base_diag_free(&diag);
    sim_store_outputs_destroy(outputs);
    return status;
}

int sim_cli_targets(int argc, char **argv) {
    static const sim_cli_reader_t reader = {help_text, sim_cli_targets_table, take};
    options_t options = {0};
    int status = SIM_CLI_OK;
    if (!sim_cli_options_good(argc, argv, &reader, &options, &status))
        return status;
    return options.file ? print_file(&options) : sim_cli_usage_error("targets", "no file is given");
}
