/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kumiai describe: what the descriptor of a model says, as text, CSV, JSON or Markdown. */
#include "sim/cli/describe.h"

#include <stdio.h>
#include <string.h>

#include "sim/cli/cli.h"

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
static const char *const option_names[] = {"--format", "--help", NULL};

typedef struct {
    const char *model; /* NULL: none is named */
    format_t format;
    bool help;
} options_t;

static int read_format(const char *word, format_t *format) {
    for (int i = 0; format_names[i]; i++) {
        if (strcmp(format_names[i], word) == 0) {
            *format = (format_t)i;
            return SIM_CLI_OK;
        }
    }
    const char *near = sim_base_nearest(word, format_names);
    return near ? sim_cli_usage_error("describe", "there is no format '%s'; did you mean '%s'?",
                                      word, near)
                : sim_cli_usage_error(
                      "describe", "there is no format '%s'; it may be text, csv, json or markdown",
                      word);
}

static int unknown_option(const char *word) {
    const char *near = sim_base_nearest(word, option_names);
    return near ? sim_cli_usage_error("describe", "unknown option %s; did you mean %s?", word, near)
                : sim_cli_usage_error("describe", "unknown option %s", word);
}

static int read_options(int argc, char **argv, options_t *options) {
    bool only_models = false;
    int status = SIM_CLI_OK;
    for (int i = 1; i < argc && status == SIM_CLI_OK; i++) {
        const char *word = argv[i];
        if ((only_models || word[0] != '-') && options->model) {
            status = sim_cli_usage_error("describe", "one model at a time: '%s' is too much", word);
        } else if (only_models || word[0] != '-') {
            options->model = word;
        } else if (strcmp(word, "--") == 0) {
            only_models = true;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            options->help = true;
        } else if (strncmp(word, "--format=", 9) == 0) {
            status = read_format(word + 9, &options->format);
        } else if (strcmp(word, "--format") == 0 && i + 1 < argc) {
            status = read_format(argv[++i], &options->format);
        } else if (strcmp(word, "--format") == 0) {
            status = sim_cli_usage_error("describe", "--format needs text, csv, json or markdown");
        } else {
            status = unknown_option(word);
        }
    }
    return status;
}

static int unknown_model(const char *name) {
    enum { MOST = 256 };
    const char *names[MOST + 1];
    size_t count = 0;
    for (; count < MOST && sim_models[count]; count++) {
        names[count] = sim_models[count]->name;
    }
    names[count] = NULL;
    const char *near = sim_base_nearest(name, names);
    return near ? sim_cli_usage_error("describe", "there is no model '%s'; did you mean '%s'?",
                                      name, near)
                : sim_cli_usage_error("describe",
                                      "there is no model '%s'; `kumiai describe` lists them", name);
}

static int print(const sim_model_t *model, format_t format) {
    sim_cli_sheets_t sheets = {0};
    int code = format == JSON ? sim_cli_describe_json(model) : sim_cli_sheets_init(&sheets, model);
    if (!code && format == TEXT) {
        sim_cli_describe_text(&sheets);
    } else if (!code && format == CSV) {
        sim_cli_describe_csv(&sheets);
    } else if (!code && format == MARKDOWN) {
        sim_cli_describe_markdown(&sheets);
    }
    sim_cli_sheets_free(&sheets);
    if (code) {
        fprintf(stderr, "kumiai describe: %s\n", sim_base_strerror(code));
        return SIM_CLI_FAILED;
    }
    return sim_cli_finish_output();
}

int sim_cli_describe(int argc, char **argv) {
    options_t options = {0};
    int status = read_options(argc, argv, &options);
    if (status != SIM_CLI_OK) {
        return status;
    }
    if (options.help) {
        fputs(help_text, stdout);
        return sim_cli_finish_output();
    }
    const sim_model_t *model = options.model ? sim_model_find(options.model) : NULL;
    return options.model && !model ? unknown_model(options.model) : print(model, options.format);
}
