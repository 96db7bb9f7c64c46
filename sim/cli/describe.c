/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kumiai describe: what the descriptor of a model says, as text, CSV, JSON or Markdown. */
#include "sim/cli/describe.h"

#include <stdio.h>

#include "sim/cli/cli.h"
#include "sim/cli/options.h"

static const char help_text[] =
    "Usage: kumiai describe [--format text|csv|json|markdown] [MODEL]\n\n"
    "Tells a model's parameters with defaults, ranges, priors and sources, the constraints\n"
    "between them, its metrics, the columns of its summary, its ties, phases, purposes of random\n"
    "numbers and tables. Without MODEL: the models there are, and the parameters of the engine,\n"
    "which every model has.\n\n"
    "  --format text      to be read (the default)\n"
    "  --format csv       the parameters, a row each\n"
    "  --format json      everything\n"
    "  --format markdown  everything, as tables for a document\n"
    "  --help             this text\n";

typedef enum { TEXT, CSV, JSON, MARKDOWN } format_t;
static const char *const format_names[] = {"text", "csv", "json", "markdown", NULL};

enum { FORMAT };
const sim_cli_option_t sim_cli_describe_table[] = {
    [FORMAT] = {"--format", "text|csv|json|markdown"}, {"--help", NULL}, {NULL, NULL}};

typedef struct {
    const char *model; /* NULL: none is named */
    format_t format;
} options_t;

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    options_t *o = user;
    if (option == FORMAT)
        o->format = (format_t)sim_cli_format(value, format_names,
                                             "; it may be text, csv, json or markdown", diag);
    else if (o->model)
        sim_base_diag_add(diag, NULL, 0, "one model at a time: '%s' is too much", value);
    else
        o->model = value;
}

static int unknown_model(const char *name) {
    sim_base_hint_t hint;
    return sim_cli_usage_error("describe", "there is no model '%s'%s", name,
                               sim_param_model_hint(&hint, name, "'"));
}

static int print(const sim_model_t *model, format_t format) {
    static void (*const write[])(const sim_cli_sheets_t *sheets) = {[TEXT] = sim_cli_describe_text,
                                                                    [CSV] = sim_cli_describe_csv,
                                                                    [MARKDOWN] =
                                                                        sim_cli_describe_markdown};
    sim_cli_json_t json;
    sim_cli_sheets_t sheets = {0};
    int code = sim_cli_describe_document(model, &json);
    if (!code && format == JSON)
        code = sim_cli_json_print(&json);
    else if (!code && !(code = sim_cli_sheets_init(&sheets, model, json.root)))
        write[format](&sheets);
    sim_cli_sheets_free(&sheets);
    sim_cli_json_free(&json);
    if (code) {
        fprintf(stderr, "kumiai describe: %s\n", sim_base_strerror(code));
        return SIM_CLI_FAILED;
    }
    return sim_cli_finish_output();
}

int sim_cli_describe(int argc, char **argv) {
    static const sim_cli_reader_t reader = {help_text, sim_cli_describe_table, take};
    options_t options = {0};
    int status = SIM_CLI_OK;
    if (!sim_cli_options_good(argc, argv, &reader, &options, &status))
        return status;
    const sim_model_t *model = options.model ? sim_model_find(options.model) : NULL;
    return options.model && !model ? unknown_model(options.model) : print(model, options.format);
}
