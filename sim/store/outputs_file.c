/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a targets file: which settings there are, of which type, and what they must meet. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/param/document.h"
#include "sim/param/words.h"
#include "sim/store/outputs_parts.h"

static const char *const top_keys[] = {"model", "fit_until", "views", "outputs", NULL};
static const char *const view_keys[] = {"name", "sql", NULL};
static const char *const output_keys[] = {
    "name", "label", "pattern", "metric", "sql",    "value", "sd",  "discrepancy", "scale",
    "from", "to",    "year",    "scope",  "source", "tag",   "use", "observed",    NULL};
/* Settings of a target, which an output without `value` has not. */
static const char *const target_keys[] = {"sd", "discrepancy", "scale", "from",
                                          "to", "year",        "use",   NULL};
static const char *const scales[] = {"count", "share", "duration", "number", NULL};
static const char *const tags[] = {"S", "F", "D", "B", "A", NULL};
static const char *const uses[] = {"fit", "test", NULL};

enum { NAME_MOST = 60, OUTPUTS_MOST = 1000 };

typedef struct {
    sim_param_document_t *document;
    sim_store_outputs_t *outputs;
    const config_setting_t *views, *list; /* of the file; NULL: not there */
    bool fit_until_wrong;                 /* it is given, and is no year */
    bool no_memory;
} reader_t;

/* ---- settings ---- */

static void problem(const reader_t *r, const config_setting_t *at, const char *text) {
    sim_param_document_problem(r->document, at, "%s", text);
}

/* A text that is not empty, NULL when it is not given or with a problem. */
static const char *text(reader_t *r, const config_setting_t *group, const char *key) {
    const config_setting_t *setting = config_setting_get_member(group, key);
    if (!setting)
        return NULL;
    const char *found = config_setting_get_string(setting);
    if (!found || !*found) {
        sim_param_document_problem(r->document, setting, "%s must be a text in quotes, but is %s",
                                   key, found ? "empty" : sim_param_document_type(setting));
        return NULL;
    }
    const char *copy = sim_store_outputs_text(r->outputs, found);
    r->no_memory = r->no_memory || !copy;
    return copy;
}

/* One of the words. */
static const char *word(reader_t *r, const config_setting_t *group, const char *key,
                        const char *const *words) {
    char list[128];
    const char *found = text(r, group, key);
    if (!found || SIM_BASE_PLACE(words, found) != SIZE_MAX)
        return found;
    sim_param_join(words, list, sizeof list);
    const char *near = sim_base_nearest(found, words);
    sim_param_document_problem(
        r->document, config_setting_get_member(group, key), "%s is \"%.80s\"%s%s%s; it may be: %s",
        key, found, near ? " (did you mean " : "", near ? near : "", near ? "?)" : "", list);
    return NULL;
}

/* A number of at least `min`; NaN when it is not given or with a problem. */
static double number(const reader_t *r, const config_setting_t *group, const char *key,
                     double min) {
    const config_setting_t *setting = config_setting_get_member(group, key);
    double value = setting ? sim_param_document_number(r->document, setting, key) : (double)NAN;
    if (isnan(value) || (isfinite(value) && value >= min))
        return value;
    sim_param_document_problem(r->document, setting, "%s is %g; it must be a number%s", key, value,
                               min == 0 ? " of at least 0" : "");
    return (double)NAN;
}

/* A year; SIM_NULL_INT when it is not given or with a problem. */
static int64_t year(const reader_t *r, const config_setting_t *group, const char *key) {
    enum { MIN = 1000, MAX = 9999 };
    const config_setting_t *setting = config_setting_get_member(group, key);
    if (!setting || sim_param_document_odd(r->document, setting))
        return SIM_NULL_INT;
    int type = config_setting_type(setting);
    int64_t value = config_setting_get_int64(setting);
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        sim_param_document_problem(r->document, setting,
                                   "%s must be a year as a whole number, but is %s", key,
                                   sim_param_document_type(setting));
    else if (value < MIN || value > MAX)
        sim_param_document_problem(r->document, setting,
                                   "%s is %" PRId64 "; it must be a year from %d to %d", key, value,
                                   MIN, MAX);
    else
        return value;
    return SIM_NULL_INT;
}

/* A name that can be a column: lower-case letters, digits and _, a letter first. */
static const char *name_of(reader_t *r, const config_setting_t *group, const char *what) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz",
                      others[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const config_setting_t *setting = config_setting_get_member(group, "name");
    const char *name = text(r, group, "name");
    if (!setting)
        sim_param_document_problem(r->document, group, "%s has no name", what);
    if (!name)
        return NULL;
    if (strchr(letters, name[0]) && name[strspn(name, others)] == '\0' && strlen(name) <= NAME_MOST)
        return name;
    sim_param_document_problem(r->document, setting,
                               "name is \"%.80s\"; it must be at most %d lower-case letters, "
                               "digits and _, a letter first",
                               name, NAME_MOST);
    return NULL;
}

/* ---- views ---- */

static void check_view_name(const reader_t *r, const config_setting_t *group, const char *name) {
    static const char *const taken[] = {"summary", "series", "agent", "output", NULL};
    const sim_model_t *model = r->outputs->model;
    const config_setting_t *setting = config_setting_get_member(group, "name");
    const char *spells = sim_param_spells_table(model);
    bool is_taken = spells && strcmp(spells, name) == 0;
    is_taken = is_taken || SIM_BASE_PLACE(taken, name) != SIZE_MAX;
    if (is_taken || SIM_BASE_PLACE(model->tables, name) != SIZE_MAX)
        sim_param_document_problem(r->document, setting,
                                   "view '%s' has the name of a table of the run", name);
    for (size_t v = 0; v < r->outputs->n_views; v++)
        if (r->outputs->view[v].name && strcmp(r->outputs->view[v].name, name) == 0)
            sim_param_document_problem(r->document, setting, "there is a view '%s' above", name);
}

static void read_view(reader_t *r, const config_setting_t *group) {
    sim_param_document_keys(r->document, group, "a view", view_keys);
    const char *name = name_of(r, group, "the view");
    const char *sql = text(r, group, "sql");
    if (!config_setting_get_member(group, "sql"))
        problem(r, group, "the view has no sql");
    if (name)
        check_view_name(r, group, name);
    r->outputs->view[r->outputs->n_views++] = (sim_store_view_t){name, sql};
}

/* ---- outputs ---- */

static void check_metric(const reader_t *r, const config_setting_t *group, const char *metric) {
    const sim_reducer_t *reducer = r->outputs->model->reducers;
    sim_base_hint_t hint;
    size_t n = SIM_BASE_COUNT(reducer);
    if (SIM_BASE_PLACE(reducer, metric) != SIZE_MAX)
        return;
    const char **name = calloc(n + 1, sizeof *name);
    for (size_t i = 0; name && i < n; i++)
        name[i] = reducer[i].name;
    sim_param_document_problem(r->document, config_setting_get_member(group, "metric"),
                               "the summary of model %s has no metric %.80s%s",
                               r->outputs->model->name, metric,
                               name ? sim_base_hint(&hint, metric, name, "", "") : "");
    free(name);
}

static void read_query(reader_t *r, const config_setting_t *group, sim_store_output_t *output) {
    bool metric = config_setting_get_member(group, "metric") != NULL;
    bool sql = config_setting_get_member(group, "sql") != NULL;
    output->metric = text(r, group, "metric");
    output->sql = text(r, group, "sql");
    if (metric == sql)
        problem(r, group,
                metric ? "the output has both a metric and sql; one of them is enough"
                       : "the output says neither metric, a column of summary, nor sql");
    if (output->metric)
        check_metric(r, group, output->metric);
}

static void read_years(const reader_t *r, const config_setting_t *group,
                       sim_store_output_t *output) {
    bool one = config_setting_get_member(group, "year") != NULL;
    bool from = config_setting_get_member(group, "from") != NULL;
    bool to = config_setting_get_member(group, "to") != NULL;
    output->from = year(r, group, one ? "year" : "from");
    output->to = one ? output->from : year(r, group, "to");
    if (one && (from || to))
        problem(r, config_setting_get_member(group, "year"),
                "year stands for from and to, which are given too");
    else if (!one && !(from && to))
        problem(r, group, "the target does not say when it was observed: year, or from and to");
    else if (output->from != SIM_NULL_INT && output->to != SIM_NULL_INT &&
             output->from > output->to)
        sim_param_document_problem(r->document, config_setting_get_member(group, "to"),
                                   "the years run from %" PRId64 " to %" PRId64, output->from,
                                   output->to);
}

/* What is kept aside to test a fit must stay there, whoever edits the file. */
static void check_fit(const reader_t *r, const config_setting_t *group,
                      const sim_store_output_t *output) {
    const sim_store_outputs_t *outputs = r->outputs;
    if (!output->use || strcmp(output->use, "fit") != 0)
        return;
    if (outputs->fit_until == SIM_NULL_INT && r->fit_until_wrong)
        return; /* told there */
    if (outputs->fit_until == SIM_NULL_INT)
        problem(r, config_setting_get_member(group, "use"),
                "a target is to be fitted, but the file does not say fit_until: the last year that "
                "a fit may use");
    else if (output->to != SIM_NULL_INT && output->to > outputs->fit_until)
        sim_param_document_problem(r->document, config_setting_get_member(group, "use"),
                                   "the target was observed until %" PRId64
                                   ", after fit_until (%" PRId64
                                   "), so that its use must be \"test\"",
                                   output->to, outputs->fit_until);
}

static double number_or_zero(const reader_t *r, const config_setting_t *group, const char *key) {
    double value = number(r, group, key, 0);
    return isnan(value) ? 0 : value;
}

static void check_value(const reader_t *r, const config_setting_t *group,
                        const sim_store_output_t *output) {
    bool share = output->scale && strcmp(output->scale, "share") == 0;
    bool number = !output->scale || strcmp(output->scale, "number") == 0;
    if (number || !(output->value < 0 || (share && output->value > 1)))
        return; /* NaN has been told */
    sim_param_document_problem(r->document, config_setting_get_member(group, "value"),
                               "value is %g; a %s is %s", output->value, output->scale,
                               share ? "from 0 to 1" : "0 or more");
}

static void read_target(reader_t *r, const config_setting_t *group, sim_store_output_t *output) {
    static const char *const needed[] = {"scale", "tag", "source", "use", NULL};
    output->value = number(r, group, "value", -HUGE_VAL);
    output->sd = number_or_zero(r, group, "sd");
    output->discrepancy = number_or_zero(r, group, "discrepancy");
    output->scale = word(r, group, "scale", scales);
    check_value(r, group, output);
    output->use = word(r, group, "use", uses);
    read_years(r, group, output);
    for (size_t i = 0; needed[i]; i++)
        if (!config_setting_get_member(group, needed[i]))
            sim_param_document_problem(r->document, group, "the target does not say its %s",
                                       needed[i]);
    check_fit(r, group, output);
}

static void refuse_target_keys(const reader_t *r, const config_setting_t *group) {
    for (size_t i = 0; target_keys[i]; i++) {
        const config_setting_t *setting = config_setting_get_member(group, target_keys[i]);
        if (setting)
            sim_param_document_problem(r->document, setting,
                                       "%s is of a target, but the output has no value",
                                       target_keys[i]);
    }
}

/* Outputs become columns beside these, which say of which run a value is. */
static void check_output_name(const reader_t *r, const config_setting_t *group, const char *name) {
    static const char *const reserved[] = {"run_id",   "target_id", "scenario_id", "scenario",
                                           "point_id", "draw_id",   "rep",         "seed",
                                           "status",   "weight",    NULL};
    const config_setting_t *setting = config_setting_get_member(group, "name");
    if (SIM_BASE_PLACE(reserved, name) != SIZE_MAX)
        sim_param_document_problem(r->document, setting,
                                   "an output cannot be called %s, which is a column that says "
                                   "of which run a value is",
                                   name);
    for (size_t k = 0; k < r->outputs->n_outputs; k++)
        if (r->outputs->output[k].name && strcmp(r->outputs->output[k].name, name) == 0)
            sim_param_document_problem(r->document, setting, "there is an output '%s' above", name);
}

static void read_output(reader_t *r, const config_setting_t *group) {
    sim_store_outputs_t *outputs = r->outputs;
    sim_store_output_t output = {.value = (double)NAN,
                                 .sd = (double)NAN,
                                 .discrepancy = (double)NAN,
                                 .from = SIM_NULL_INT,
                                 .to = SIM_NULL_INT,
                                 .line = (int)config_setting_source_line(group)};
    sim_param_document_keys(r->document, group, "an output", output_keys);
    output.name = name_of(r, group, "the output");
    if (output.name)
        check_output_name(r, group, output.name);
    output.label = text(r, group, "label");
    output.label = output.label ? output.label : output.name;
    output.pattern = text(r, group, "pattern");
    output.scope = text(r, group, "scope");
    output.observed = text(r, group, "observed");
    output.tag = word(r, group, "tag", tags);
    output.source = text(r, group, "source");
    read_query(r, group, &output);
    if (config_setting_get_member(group, "value"))
        read_target(r, group, &output);
    else
        refuse_target_keys(r, group);
    outputs->output[outputs->n_outputs++] = output;
}

/* ---- the file ---- */

/* The setting when it is a list of groups; NULL, with a problem when it is something else. */
static const config_setting_t *find_list(const reader_t *r, const config_setting_t *root,
                                         const char *key) {
    const config_setting_t *list = config_setting_get_member(root, key);
    bool good = list && config_setting_is_list(list);
    for (int i = 0; good && i < config_setting_length(list); i++)
        good = config_setting_is_group(config_setting_get_elem(list, (unsigned)i));
    if (list && !good)
        sim_param_document_problem(r->document, list,
                                   "%s must be a list of groups, ( { ... }, { ... } )", key);
    else if (good && config_setting_length(list) > OUTPUTS_MOST)
        sim_param_document_problem(r->document, list, "%s has %d entries; at most %d are possible",
                                   key, config_setting_length(list), OUTPUTS_MOST);
    else
        return list;
    return NULL;
}

static int length(const config_setting_t *list) {
    return list ? config_setting_length(list) : 0;
}

static void unknown_model(const reader_t *r, const config_setting_t *setting, const char *name) {
    sim_base_hint_t hint;
    sim_param_document_problem(r->document, setting, "there is no model \"%.80s\"%s", name,
                               sim_param_model_hint(&hint, name, "\""));
}

static void read_model(reader_t *r, const config_setting_t *root, const sim_model_t *model) {
    const config_setting_t *setting = config_setting_get_member(root, "model");
    const char *name = text(r, root, "model");
    if (!setting)
        problem(r, NULL, "the file does not say `model`: whose runs its outputs measure");
    if (!name)
        return;
    if (model && strcmp(model->name, name) != 0)
        sim_param_document_problem(r->document, setting,
                                   "the outputs measure runs of model \"%.80s\", but the runs are "
                                   "of model \"%s\"",
                                   name, model->name);
    r->outputs->model = model ? model : sim_model_find(name);
    if (!r->outputs->model)
        unknown_model(r, setting, name);
}

static int read_lists(reader_t *r) {
    sim_store_outputs_t *outputs = r->outputs;
    outputs->view = calloc((size_t)length(r->views) + 1, sizeof *outputs->view);
    outputs->output = calloc((size_t)length(r->list) + 1, sizeof *outputs->output);
    if (!outputs->view || !outputs->output)
        return SIM_ERR_MEMORY;
    for (int i = 0; i < length(r->views); i++)
        read_view(r, config_setting_get_elem(r->views, (unsigned)i));
    for (int i = 0; i < length(r->list); i++)
        read_output(r, config_setting_get_elem(r->list, (unsigned)i));
    return r->no_memory ? SIM_ERR_MEMORY : 0;
}

/* A problem of a query, at the line where the query begins. */
static void tell_query(void *user, size_t k, bool view, const char *sentence) {
    const reader_t *r = user;
    const sim_store_output_t *output = &r->outputs->output[k];
    const char *name = view ? r->outputs->view[k].name : output->name;
    const config_setting_t *group = config_setting_get_elem(view ? r->views : r->list, (unsigned)k);
    const config_setting_t *sql =
        config_setting_get_member(group, !view && output->metric ? "metric" : "sql");
    sim_param_document_problem(r->document, sql, "the query of %s '%s': %s",
                               view ? "view" : "output", name, sentence);
}

static int read_file(reader_t *r, const sim_model_t *model) {
    const config_setting_t *root = sim_param_document_root(r->document);
    sim_param_document_keys(r->document, root, "a targets file", top_keys);
    read_model(r, root, model);
    r->outputs->fit_until = year(r, root, "fit_until");
    r->fit_until_wrong = r->outputs->fit_until == SIM_NULL_INT &&
                         config_setting_get_member(root, "fit_until") != NULL;
    r->views = find_list(r, root, "views");
    r->list = find_list(r, root, "outputs");
    if (!config_setting_get_member(root, "outputs"))
        problem(r, NULL, "the file has no list outputs = ( { ... }, ... )");
    if (!r->outputs->model) /* without the model nobody knows its tables */
        return r->no_memory ? SIM_ERR_MEMORY : SIM_ERR_CONFIG;
    int rc = read_lists(r);
    if (rc == 0 && sim_param_document_problems(r->document))
        rc = SIM_ERR_CONFIG;
    if (rc == 0)
        rc = sim_store_outputs_compile(r->outputs, tell_query, r);
    return rc ? rc : sim_store_outputs_digest(r->outputs);
}

int sim_store_outputs_load(const char *file, const sim_model_t *model, sim_base_diag_t *diag,
                           sim_store_outputs_t **out) {
    reader_t r = {.outputs = calloc(1, sizeof *r.outputs)};
    *out = NULL;
    if (!r.outputs)
        return SIM_ERR_MEMORY;
    int rc = sim_param_document_read(file, diag, &r.document);
    if (rc == 0) {
        rc = read_file(&r, model);
        sim_param_document_sort(r.document);
    }
    sim_param_document_destroy(r.document);
    if (rc)
        sim_store_outputs_destroy(r.outputs);
    else
        *out = r.outputs;
    return rc;
}

bool sim_store_outputs_is_file(const char *file) {
    return sim_param_document_has(file, "outputs");
}
