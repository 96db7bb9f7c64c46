/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a sweep file: which settings there are, and what each kind of design takes. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/design/sweep_parts.h"
#include "sim/param/words.h"

static const char *const top_keys[] = {"scenario", "sweep", NULL};

/* Settings of `sweep`, and the kinds of design that take them. */
enum { ALL = (1 << (SIM_DESIGN_TABLE + 1)) - 1 };
#define KIND(name) (1 << SIM_DESIGN_##name)
typedef struct {
    const char *name;
    int kinds;
} setting_t;
static const setting_t keys[] = {
    {"design", ALL},
    {"points", KIND(LHS) | KIND(RANDOM) | KIND(SOBOL)},
    {"samples", KIND(SALTELLI)},
    {"trajectories", KIND(MORRIS)},
    {"levels", KIND(MORRIS)},
    {"second_order", KIND(SALTELLI)},
    {"shift", KIND(SOBOL) | KIND(SALTELLI)},
    {"table", KIND(TABLE)},
    {"design_seed", ALL},
    {"reps", ALL},
    {"seeds", ALL},
    {"factors", ALL & ~KIND(TABLE)},
};
enum { N_KEYS = sizeof keys / sizeof keys[0] };

static const config_setting_t *member(const sim_design_reader_t *r, const char *key) {
    return config_setting_get_member(r->group, key);
}

/* ---- settings of simple types ---- */

/* A whole number from min to max; `missing` when it is not given. */
static int64_t whole(sim_design_reader_t *r, const char *key, int64_t min, int64_t max,
                     int64_t missing) {
    const config_setting_t *setting = member(r, key);
    int type = setting ? config_setting_type(setting) : CONFIG_TYPE_NONE;
    if (!setting || sim_param_document_odd(r->document, setting))
        return missing;
    int64_t value = config_setting_get_int64(setting);
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        sim_param_document_problem(r->document, setting, "%s must be a whole number, but is %s",
                                   key, sim_param_document_type(setting));
    else if (value < min || value > max)
        sim_param_document_problem(
            r->document, setting, "%s is %" PRId64 "; it must lie between %" PRId64 " and %" PRId64,
            key, value, min, max);
    else
        return value;
    return missing;
}

static bool flag(sim_design_reader_t *r, const char *key) {
    const config_setting_t *setting = member(r, key);
    if (!setting)
        return false;
    if (config_setting_type(setting) == CONFIG_TYPE_BOOL)
        return config_setting_get_bool(setting) != 0;
    sim_param_document_problem(r->document, setting, "%s must be true or false, but is %s", key,
                               sim_param_document_type(setting));
    return false;
}

int sim_design_read_word(sim_design_reader_t *r, const config_setting_t *setting, const char *key,
                         const char *const *words) {
    char list[256];
    const char *text = config_setting_get_string(setting);
    size_t at = text ? SIM_BASE_PLACE(words, text) : SIZE_MAX;
    if (at != SIZE_MAX)
        return (int)at;
    sim_param_join(words, list, sizeof list);
    const char *near = text ? sim_base_nearest(text, words) : NULL;
    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        sim_param_document_problem(r->document, setting,
                                   "%s must be a word in quotes, but is %s; it may be: %s", key,
                                   sim_param_document_type(setting), list);
    else if (near)
        sim_param_document_problem(r->document, setting,
                                   "%s is \"%.80s\"; did you mean \"%s\"? It may be: %s", key, text,
                                   near, list);
    else
        sim_param_document_problem(r->document, setting, "%s is \"%.80s\"; it may be: %s", key,
                                   text ? text : "", list);
    return -1;
}

/* ---- which settings there are ---- */

static void check_keys(sim_design_reader_t *r) {
    const char *names[N_KEYS + 1] = {NULL};
    char what[64];
    for (size_t i = 0, n = 0; i < N_KEYS; i++)
        if (keys[i].kinds >> r->sweep->design.kind & 1)
            names[n++] = keys[i].name;
    snprintf(what, sizeof what, "a sweep of design \"%s\"",
             sim_design_kinds[r->sweep->design.kind]);
    sim_param_document_keys(r->document, r->group, what, names);
}

static void check_top(sim_design_reader_t *r, const config_setting_t *root) {
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
        const char *name = config_setting_name(setting);
        if (strcmp(name, top_keys[0]) == 0 || strcmp(name, top_keys[1]) == 0)
            continue;
        const char *near = sim_base_nearest(name, top_keys);
        sim_param_document_problem(r->document, setting,
                                   "a sweep file has no setting %.80s%s%s%s; it has scenario and "
                                   "sweep",
                                   name, near ? " (did you mean " : "", near ? near : "",
                                   near ? "?)" : "");
    }
}

/* ---- the scenario ---- */

/* The settings of the command come after the sweep's replicates, and so win over them. */
static int load_config(sim_design_reader_t *r, const char *path, const char *const *sets) {
    char reps[64];
    int64_t given = r->group ? whole(r, "reps", 1, 1000000, 0) : 0;
    size_t n = 0, n_sets = 0;
    while (sets && sets[n_sets])
        n_sets++;
    const char **all = calloc(n_sets + 2, sizeof *all);
    if (!all)
        return SIM_ERR_MEMORY;
    if (given > 0) {
        snprintf(reps, sizeof reps, "run.reps=%" PRId64, given);
        all[n++] = reps;
    }
    for (size_t i = 0; i < n_sets; i++)
        all[n++] = sets[i];
    int rc = sim_param_config_load(path, all, r->diag, &r->sweep->config);
    free(all);
    return rc;
}

static int load_scenario(sim_design_reader_t *r, const config_setting_t *root,
                         const char *const *sets) {
    const config_setting_t *setting = config_setting_get_member(root, "scenario");
    const char *name = setting ? config_setting_get_string(setting) : NULL;
    if (!setting)
        return sim_param_document_problem(
            r->document, NULL, "the sweep does not say `scenario`: the file of the scenario");
    if (!name || !*name)
        return sim_param_document_problem(r->document, setting,
                                          "scenario must be the name of a file in quotes, but is "
                                          "%s",
                                          name ? "empty" : sim_param_document_type(setting));
    const char *path = sim_param_document_path(r->document, name);
    return path ? load_config(r, path, sets) : SIM_ERR_MEMORY;
}

/* ---- the group ---- */

static int read_kind(sim_design_reader_t *r) {
    const config_setting_t *setting = member(r, "design");
    if (!setting)
        return sim_param_document_problem(r->document, r->group,
                                          "the sweep does not say `design`, e.g. design = \"lhs\"");
    int kind = sim_design_read_word(r, setting, "design", sim_design_kinds);
    if (kind < 0)
        return SIM_ERR_CONFIG;
    r->sweep->design.kind = (sim_design_kind_t)kind;
    return 0;
}

/* The setting that says how large the design is, for the kinds that need one. */
static void read_size(sim_design_reader_t *r) {
    sim_design_t *design = &r->sweep->design;
    const char *key = NULL;
    for (size_t i = 1; i <= 3; i++) /* points, samples, trajectories */
        if (keys[i].kinds >> design->kind & 1)
            key = keys[i].name;
    design->size = 1;
    if (!key)
        return;
    if (!member(r, key))
        sim_param_document_problem(r->document, r->group, "design \"%s\" needs the number of %s",
                                   sim_design_kinds[design->kind], key);
    design->size = (uint64_t)whole(r, key, 1, SIM_DESIGN_MAX_POINTS, 1);
}

static void read_settings(sim_design_reader_t *r) {
    static const char *const seeds[] = {"common", "independent", NULL};
    sim_design_t *design = &r->sweep->design;
    const config_setting_t *setting = member(r, "seeds");
    read_size(r);
    design->seed = (uint64_t)whole(r, "design_seed", 0, SIM_PARAM_MAX_SEED, 1);
    design->levels = (int)whole(r, "levels", 2, 1000, 4);
    if (design->levels % 2 != 0)
        sim_param_document_problem(r->document, member(r, "levels"),
                                   "levels is %d; it must be an even number", design->levels);
    design->second_order = flag(r, "second_order");
    design->shift = flag(r, "shift");
    if (setting)
        r->sweep->independent = sim_design_read_word(r, setting, "seeds", seeds) == 1;
}

/* r->group stays NULL, with a problem, when there is none. */
static void find_group(sim_design_reader_t *r, const config_setting_t *root) {
    const config_setting_t *group = config_setting_get_member(root, "sweep");
    if (group && config_setting_is_group(group))
        r->group = group;
    else
        sim_param_document_problem(r->document, group, "the file has no group sweep = { ... }");
}

static bool is_scenario(const config_setting_t *root) {
    bool of_scenario =
        config_setting_get_member(root, "base") || config_setting_get_member(root, "model");
    return of_scenario && !config_setting_get_member(root, "sweep") &&
           !config_setting_get_member(root, "scenario");
}

static int read_group(sim_design_reader_t *r) {
    if (!r->group)
        return SIM_ERR_CONFIG;
    if (read_kind(r))
        return SIM_ERR_CONFIG;
    check_keys(r);
    read_settings(r);
    if (!r->sweep->config) /* without the scenario nobody knows its parameters */
        return 0;
    return r->sweep->design.kind == SIM_DESIGN_TABLE ? sim_design_read_table(r)
                                                     : sim_design_read_factors(r);
}

static int read_all(sim_design_reader_t *r, const config_setting_t *root, const char *const *sets) {
    check_top(r, root);
    find_group(r, root);
    int rc = load_scenario(r, root, sets);
    if (rc == 0 || rc == SIM_ERR_CONFIG) {
        int group = read_group(r);
        rc = rc && group != SIM_ERR_MEMORY ? rc : group;
    }
    if (rc == 0 && sim_param_document_problems(r->document))
        rc = SIM_ERR_CONFIG;
    return rc ? rc : sim_design_read_design(r);
}

int sim_design_read(const char *file, const char *const *sets, sim_base_diag_t *diag,
                    sim_design_sweep_t *sweep) {
    sim_design_reader_t r = {.sweep = sweep, .diag = diag};
    int rc = sim_param_document_read(file, diag, &r.document);
    if (rc)
        return rc;
    const config_setting_t *root = sim_param_document_root(r.document);
    rc = is_scenario(root) ? sim_param_document_problem(
                                 r.document, NULL,
                                 "it is a scenario, not a sweep: `kumiai run` runs it; a sweep has "
                                 "scenario = \"FILE\" and sweep = { ... }")
                           : read_all(&r, root, sets);
    free(r.table_line);
    sim_param_document_sort(r.document);
    sim_param_document_destroy(r.document);
    return rc;
}

bool sim_design_is_sweep(const char *file) {
    return sim_param_document_has(file, "sweep");
}
