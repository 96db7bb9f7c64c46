/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the files that load a configuration share. */
#ifndef SIM_PARAM_PARTS_H
#define SIM_PARAM_PARTS_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/base/why.h"
#include "sim/param/config.h"
#include "sim/param/date.h"
#include "sim/param/param.h"
#include "sim/param/words.h"

enum {
    SIM_PARAM_MAX_PROBLEMS = 50, /* of one file; then "more problems are not listed" */
    SIM_PARAM_WHY = 320          /* bytes of a sentence */
};

/* ---- problems (problem.c) ---- */

/* Where something was written: a file and line, or the text of a --set. */
typedef struct {
    const char *file; /* NULL for a --set */
    int line;
    const char *set; /* NULL for a file */
} sim_param_place_t;

/* diag drops repeated problems (two scenarios on one broken base), so the problems of this
 * load are counted here. Memory that runs out anywhere is remembered: a load goes on with empty
 * texts, tells nothing any more, and ends in SIM_ERR_MEMORY. */
typedef struct {
    sim_base_diag_t *diag;
    size_t first; /* problems of diag that are older than this load */
    size_t count;
    bool failed; /* memory has run out */
} sim_param_report_t;

void sim_param_problem(sim_param_report_t *report, const sim_param_place_t *place,
                       const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Tells of a syntax error in a line of `bytes`, with what is probably wrong there. */
void sim_param_syntax(sim_param_report_t *report, const sim_param_place_t *place,
                      const char *bytes);

/* Whether this load has reported a problem at the place already. */
bool sim_param_reported(const sim_param_report_t *report, const sim_param_place_t *place);

/* Puts the problems from report->first on in the order of `files` and, within a file, of
 * lines; those without a file come last. */
void sim_param_sort_problems(sim_param_report_t *report, const char *const *files, size_t n_files);

/* ---- files (text.c) ---- */

/* Which file it is, whatever its name. */
typedef struct {
    dev_t device;
    ino_t inode;
} sim_param_identity_t;

/* Reads a regular file whole; (*bytes)[*size] is NUL. 0, SIM_ERR_MEMORY, or SIM_ERR_IO with
 * a sentence, e.g. "it is a directory". identity may be NULL. */
int sim_param_slurp(const char *path, size_t limit, char **bytes, size_t *size,
                    sim_param_identity_t *identity, sim_base_why_t *why);

/* NULL when path is a readable regular file, else a sentence, which lies in *why. */
const char *sim_param_unreadable(const char *path, sim_base_why_t *why);

/* NULL when the bytes are UTF-8 without NUL, else what is wrong, and the line. */
const char *sim_param_not_text(const char *bytes, size_t size, int *line);

/* `name` as seen from `dir`: itself when absolute, else dir/name, with `..` taken out where
 * that leads to the same file. Allocated; NULL when memory is out. */
char *sim_param_path_join(const char *dir, const char *name);

/* ---- values (value.c) ---- */

/* What was written where a value is expected. */
typedef struct {
    int type; /* CONFIG_TYPE_... of libconfig */
    int64_t integer;
    double real;
    bool flag;
    const char *text;
} sim_param_found_t;

/* A row, its current value and where that comes from. */
typedef struct {
    const sim_param_t *row; /* NULL for the setting `model` */
    sim_param_value_t value;
    sim_param_place_t place; /* no file and no set: the default */
    int rank;                /* 0 default, then file by file towards the scenario, then --set */
    const char *name;        /* of a data file from load->root, NULL: by its own path */
    char digest[33];         /* of its content */
} sim_param_slot_t;

/* What a stored configuration says of a data file. */
typedef struct {
    size_t row;
    int rank;                  /* of the layer that says it */
    const char *name, *digest; /* the file as it is written there, and its content */
    const char *root, *dir;    /* data_root as written, NULL without; folder of the layer */
    sim_param_place_t place;
} sim_param_pin_t;

/* Text for messages: "an integer", "a group", ... */
const char *sim_param_type_name(int config_type);

/* The words of "a|b|c" in a row's choices, cut apart; NULL-terminated, and in *choices. */
typedef struct {
    char text[1024];
    const char *word[65];
} sim_param_choices_t;
const char *const *sim_param_choices(const sim_param_t *row, sim_param_choices_t *choices);

sim_param_value_t sim_param_default(const sim_param_t *row);

/* Checks type and range and sets *value; a problem and false otherwise. A PATH comes back as
 * it was written. */
bool sim_param_accept(const sim_param_t *row, const sim_param_found_t *found,
                      const sim_param_place_t *place, sim_param_report_t *report,
                      sim_param_value_t *value);

/* Reads the text of a --set by the type of the row; what cannot be read comes back as text,
 * which sim_param_accept then refuses. `bare` is the text without quotes. */
sim_param_found_t sim_param_found_text(const sim_param_t *row, const char *bare, bool quoted);

/* Shortest digits that read back to the same number, always with a point or an exponent. */
void sim_param_format_real(double value, char *buffer, size_t size);

/* Reads the value of a row in the struct it belongs to; sim_param_store is its twin. */
sim_param_value_t sim_param_fetch(const sim_param_t *row, const void *params);

/* An entry of the list of interventions, and where it stands. */
typedef struct {
    sim_param_intervention_t what; /* `at`: the begin of the step that the date means */
    sim_param_date_t date;         /* as it is written */
    sim_param_place_t place;
} sim_param_change_t;

/* A month where a number of the model's year_unit is expected becomes that number (date.c). */
void sim_param_date_value(const struct sim_model *model, const sim_param_t *row,
                          sim_param_found_t *found);

/* ---- one file (scan.c, layer.c) ---- */

typedef struct {
    const char *file; /* as messages name it */
    const char *dir;  /* where its includes, base and paths start from */
    char *bytes;
    size_t size;
    bool has_identity; /* false for a text that came from no file */
    sim_param_identity_t identity;
    config_t tree;
    bool tree_made, parsed;
    bool odd_integers; /* integers that do not fit: reported, and not to be believed */
} sim_param_layer_t;

/* Looks for what libconfig 1.5 takes without a word or dies from: integers that do not fit,
 * strings and comments without end, includes that are no files. true when libconfig may have
 * the text. */
bool sim_param_scan(sim_param_layer_t *layer, sim_param_report_t *report);

/* ---- the whole (config.c and the files it calls) ---- */

/* What has the life of a configuration. */
typedef struct {
    void **block;
    size_t count;
} sim_param_pool_t;

typedef struct sim_param_load {
    sim_config_t config; /* its member `load` points back here */
    sim_param_pool_t pool;
    sim_param_slot_t *slot; /* rows of the engine, then of the model */
    size_t n_engine, n_rows;
    sim_param_slot_t model_slot;
    bool steps_given;           /* run.steps decides, not run.years */
    sim_param_change_t *change; /* the list of interventions, in the order of the file */
    size_t n_changes;
    sim_param_layer_t *layer; /* scenario first; only while loading */
    size_t n_layers;
    size_t n_over;        /* layers of a policy, before those of its scenario */
    size_t chain_first;   /* where the chain of files that is being read begins */
    double fork_year;     /* of a policy */
    sim_param_pin_t *pin; /* data_files of all layers */
    size_t n_pins;
    const char *data_root; /* --set data_root=..., NULL without */
    const char *root;      /* what the names of data files are written from */
    const char **file;     /* what was read, for as long as the configuration lives */
    size_t n_files;
    sim_param_report_t report;
} sim_param_load_t;

/* Take ownership of a text from malloc, or of the text of a stream, for as long as the
 * configuration lives (pool.c); "" when it is NULL or memory is out. */
const char *sim_param_keep(sim_param_load_t *load, char *text);
const char *sim_param_keep_stream(sim_param_load_t *load, FILE *stream, sim_base_text_t *text);
/* Zeroed memory of the same life; NULL when memory is out. */
void *sim_param_keep_block(sim_param_load_t *load, size_t count, size_t size);
void sim_param_pool_free(sim_param_pool_t *pool);

const sim_param_t *sim_param_row(const sim_param_load_t *load, size_t index);
/* Index of the row "group.leaf", or n_rows. */
size_t sim_param_row_find(const sim_param_load_t *load, const char *name);
/* Of a row that there is. */
sim_param_slot_t *sim_param_slot(const sim_param_load_t *load, const char *name);
/* The struct that the row belongs to. */
const void *sim_param_row_struct(const sim_param_load_t *load, size_t index);
bool sim_param_group_known(const sim_param_load_t *load, const char *group);

/* Complains about a name that no row has, with the nearest one that exists. */
void sim_param_unknown(sim_param_load_t *load, const sim_param_place_t *place, const char *name);

/* The same, told to another report: of a file that is about this configuration. */
void sim_param_unknown_to(const sim_param_load_t *load, const sim_param_place_t *place,
                          const char *name, sim_param_report_t *report);

/* The chain of files (chain.c). */
void sim_param_chain_file(sim_param_load_t *load, const char *file);
void sim_param_chain_text(sim_param_load_t *load, const char *text, const char *name,
                          const char *dir);
/* The files of a policy, then those of its scenario; a file of both counts as the scenario's. */
void sim_param_chain_policy(sim_param_load_t *load, const char *policy, const char *scenario);
void sim_param_chain_free(sim_param_load_t *load);

/* The file and line of a setting of a layer. */
sim_param_place_t sim_param_place_of(sim_param_load_t *load, const sim_param_layer_t *layer,
                                     const config_setting_t *setting);

/* A file that is named at a place of a layer, which is looked for in the folder of the file that
 * the place is in. */
const char *sim_param_path_from(sim_param_load_t *load, const sim_param_layer_t *layer,
                                const sim_param_place_t *place, const char *name);

sim_param_found_t sim_param_found_in(const config_setting_t *setting);

/* What stands in a setting that should hold a number may be an integer that did not fit: it has
 * been reported then, and is not to be believed. */
bool sim_param_odd(const sim_param_load_t *load, const sim_param_layer_t *layer,
                   const config_setting_t *setting, const sim_param_place_t *place);

/* Reads the list of a layer in place of the list of its bases (interventions.c). */
void sim_param_interventions_apply(sim_param_load_t *load, const sim_param_layer_t *layer,
                                   const config_setting_t *setting, const sim_param_place_t *place);
/* Makes one text of a list of texts (words.c); what is no such list stays. */
void sim_param_words_in(sim_param_load_t *load, const config_setting_t *setting,
                        sim_param_found_t *found);
/* Adds to the configuration's model the tables of the columns that are written. */
void sim_param_columns_add(sim_param_load_t *load);

/* Whether output.tables, output.events and output.columns name what the model has; sorts them. */
void sim_param_words_check(sim_param_load_t *load);
/* Adds an entry at the end. */
void sim_param_interventions_append(sim_param_load_t *load, const sim_param_change_t *change);
/* The run as its settings stand now. */
sim_param_calendar_t sim_param_load_calendar(const sim_param_load_t *load);
/* From the date of a change when it takes effect; outside the run as the date has it. */
void sim_param_interventions_settle(sim_param_change_t *change, size_t n,
                                    const sim_param_calendar_t *calendar);
/* Their times, once the length of the run is known; puts them in the order of their application. */
void sim_param_interventions_check(sim_param_load_t *load);
/* config.interventions. */
void sim_param_interventions_fill(sim_param_load_t *load);

/* ---- what interventions set on agents (about.c) ---- */

/* The row of that name, or NULL. */
const sim_agent_param_t *sim_param_about_row(const struct sim_model *model, const char *name);
/* Whether an intervention of the model chooses agents by a setting of this name. */
bool sim_param_about_key(const struct sim_model *model, const char *name);
/* Reads that setting. */
void sim_param_about_read(sim_param_load_t *load, const config_setting_t *setting,
                          const sim_param_place_t *place, sim_param_about_t *about);
bool sim_param_about_given(const sim_param_about_t *about); /* any of them */
/* Complains about a setting that an intervention has not. */
void sim_param_about_unknown(sim_param_load_t *load, const sim_param_place_t *place,
                             const char *name);
/* What `set` names on the agents of `about`, or NULL with a problem. */
const sim_param_t *sim_param_about_set(sim_param_load_t *load, const sim_param_place_t *place,
                                       const char *name, sim_param_about_t *about);
/* A value that is an agent; false with a problem. */
bool sim_param_about_value(sim_param_load_t *load, const sim_param_found_t *found,
                           const sim_param_place_t *place, sim_param_about_t *about,
                           sim_param_value_t *value);
/* Keeps `about` for as long as the configuration lives. */
void sim_param_about_keep(sim_param_load_t *load, const sim_param_about_t *about,
                          sim_param_intervention_t *what);
/* Writes " agent = ...;" and so on. */
void sim_param_about_write(FILE *out, const sim_param_about_t *about);
/* A text in quotes, of so many bytes (echo.c). */
void sim_param_write_string(FILE *out, const char *text, size_t length);

/* Lays one parsed layer over what is there (layer.c). */
void sim_param_layer_apply(sim_param_load_t *load, const sim_param_layer_t *layer, int rank);

/* Lays the n_over first layers over the rest as changes at fork_year (fork.c). */
void sim_param_fork_apply(sim_param_load_t *load, int rank);

/* The list data_files of a layer (data.c). */
void sim_param_data_apply(sim_param_load_t *load, const sim_param_layer_t *layer,
                          const config_setting_t *setting, int rank);
/* Finds the file of a row for which data_files speaks, or reports that it is none or another. */
void sim_param_data_find(sim_param_load_t *load, size_t row);
/* Root, names and digests of all data files for the text. 0, SIM_ERR_MEMORY or SIM_ERR_IO. */
int sim_param_data_names(sim_param_load_t *load);

/* XXH3 of a file's content as 32 digits (echo.c). 0, SIM_ERR_MEMORY or SIM_ERR_IO. */
int sim_param_hash_file(const char *path, char text[33]);

/* One "group.leaf=value" (set.c). */
void sim_param_set_apply(sim_param_load_t *load, const char *set, int rank);

/* Which model (model.c); model stays NULL, with a problem, when there is none. */
void sim_param_choose_model(sim_param_load_t *load, const char *const *sets);

/* Conditions on the whole, and the final structs (resolve.c). */
void sim_param_resolve(sim_param_load_t *load);

/* Reports the constraints of the model that the values as they stand break (constraint.c).
 * SIM_ERR_CONFIG or 0. */
int sim_param_constraints_check(const sim_param_load_t *load, sim_base_diag_t *diag);

/* config.text and config.digest (echo.c). 0, SIM_ERR_MEMORY or SIM_ERR_IO. */
int sim_param_echo(sim_param_load_t *load);

#endif
