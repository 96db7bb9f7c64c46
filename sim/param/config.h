/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A configuration: a scenario file laid leaf by leaf over its chain of bases, then --set,
 * checked against the engine's and the model's parameter tables. */
#ifndef SIM_PARAM_CONFIG_H
#define SIM_PARAM_CONFIG_H

#include "sim/base/diag.h"
#include "sim/param/param.h"

struct sim_model;
struct sim_param_load;
struct sim_store_outputs;

/* Seeds lie below 2^53, so that programs that keep every number as a double (R, JavaScript, pandas
 * beside missing values) read them exactly. */
#define SIM_PARAM_MAX_SEED INT64_C(9007199254740991)

/* The group `run` and `output` of every configuration (rows: sim_param_engine_table). */
typedef struct {
    int64_t start_year;     /* of step 0 */
    int64_t years;          /* horizon; steps = years * steps_per_year unless steps is given */
    int64_t steps;          /* horizon in steps, resolved: always > 0 after loading */
    int64_t steps_per_year; /* 1, 4 or 12 */
    int64_t seed;           /* 0 to SIM_PARAM_MAX_SEED */
    int64_t stream;         /* of the draws of steps; interventions may change it */
    int64_t reps;           /* replicates */
    int detail;             /* sim_detail_t, index into "summary|series|full|choices" */
    bool detail_given;      /* output.detail was written in a file or by --set */
    const char *tables;     /* that are kept at detail full: "tie,event"; NULL: all */
    const char *events;     /* kinds of them, likewise */
    const char *columns;    /* of the state that are written at detail full; "": none */
    int64_t every;          /* steps from one time that they are written to the next */
    double timeout;         /* seconds that a run may take; 0: as long as it likes */
} sim_run_params_t;

enum { SIM_PARAM_CONDITIONS = 8 }; /* that may choose the agents of an intervention */

/* A setting of an intervention that chooses agents, and where it is written. */
typedef struct {
    const char *key;   /* "agent", "kind", one of the model's classes; NULL: there is none */
    const char *words; /* codes or names of agents, words of the class; joined by '\n' */
    const char *file;
    int line;
} sim_param_condition_t;

/* What an intervention sets on agents, and on whom: on those of the key "agent", or on all that
 * meet every condition. */
typedef struct {
    const sim_agent_param_t *param;
    sim_param_condition_t who[SIM_PARAM_CONDITIONS + 1]; /* the last one has no key */
    sim_param_condition_t with;                          /* the other agent */
} sim_param_about_t;

/* An entry of the list `interventions`: from the step that begins at `at` on, the parameter has
 * this value; or in that step it is set on agents, whose state goes on from there. */
typedef struct sim_param_intervention {
    double at; /* year: the begin of a step of the run */
    const sim_param_t *row;
    sim_param_value_t value;
    const sim_param_about_t *about; /* NULL: row is a parameter; else row is about->param's */
    double written;                 /* the date as a year, before it meant a step */
    const char *file;               /* of the entry; NULL for config->file */
    int line;
} sim_param_intervention_t;

struct sim_config {
    const struct sim_model *model;
    const char *name; /* scenario name: file name without folder and .cfg */
    const char *file; /* as given by the user */
    sim_run_params_t run;
    void *params;                            /* the model's struct, model->params_size bytes */
    sim_param_intervention_t *interventions; /* in the order in which they are applied */
    size_t n_interventions;
    const char
        *text;       /* resolved libconfig text; loads to the same values, and in another place too:
                       data files by names under data_root, with the digests of their contents */
    char digest[33]; /* XXH3, 128 bits, of the settings that can move a result (so not output.*,
                        run.reps and run.timeout) and the contents of data files, not their place */
    const struct sim_param_draws *draws; /* of which each replicate uses one; NULL: none. Borrowed,
                                            as the next one (sim/param/draws.h) */
    const bool *kept;                    /* which parameters of the draws are not drawn here */
    /* What is measured on every finished run, NULL: nothing (sim/store/outputs.h). Borrowed, set
     * by whoever runs the configuration; no setting of it. */
    const struct sim_store_outputs *outputs;
    const struct sim_param_columns *columns; /* sim/param/columns.h; NULL: none are written */
    struct sim_param_load *load; /* the room's own: where each value came from. A copy by value
                        borrows all that the original owns */
};

/* NULL-name-terminated rows of the engine's own groups. */
extern const sim_param_t sim_param_engine_table[];

/* Loads a scenario with `sets` ("group.leaf=value", NULL-terminated; NULL: none). All problems go
 * to diag with file and line: SIM_ERR_CONFIG. The caller owns *out (sim_param_config_destroy). */
int sim_param_config_load(const char *file, const char *const *sets, sim_base_diag_t *diag,
                          sim_config_t **out);

/* Loads `policy` as a branch of a scenario: its files, without those that the scenario rests on
 * too, are laid over the scenario and its sets from `year` on. A leaf that then differs from the
 * scenario's value becomes an intervention at `year`, in place of one of the scenario at that date;
 * a list of interventions takes the place of what the scenario's has from `year` on. A leaf that
 * may not change in time is a problem. *out has the name and file of the policy and runs from its
 * start to the same bits. */
int sim_param_config_fork(const char *scenario, const char *policy, double year,
                          const char *const *sets, sim_base_diag_t *diag, sim_config_t **out);

/* sim_param_config_load from text; relative paths start from the folder `dir`. For tests. */
int sim_param_config_parse(const char *text, const char *name, const char *dir,
                           const char *const *sets, sim_base_diag_t *diag, sim_config_t **out);

void sim_param_config_destroy(sim_config_t *config);

/* Whether the path names a file of the configuration: one of its chain or a data file. */
bool sim_param_config_reads(const sim_config_t *config, const char *path);

/* The value of a parameter as text: the digits of the resolved configuration, words and paths
 * without quotes. buffer >= 64 bytes; returns buffer, or the path itself for a PATH. `params` is
 * the struct that row belongs to. */
const char *sim_param_format(const sim_param_t *row, const void *params, char *buffer, size_t size);

/* A setting of a resolved configuration: its model, a parameter, or all its interventions. */
typedef struct {
    const char *name; /* "model", the name of a row, or "interventions" */
    sim_param_type_t type;
    sim_param_value_t number; /* of REAL and INT */
    const char *text;         /* of all others: words and paths without quotes */
} sim_param_setting_t;

/* Hands on the settings that config->text has, in its order, until take() does not return 0; the
 * code of take(), or SIM_ERR_MEMORY. Texts last as long as the call. */
int sim_param_settings(const sim_config_t *config,
                       int (*take)(void *user, const sim_param_setting_t *setting), void *user);

/* A value that a parameter of the model is to have, and the line that asks for it. */
typedef struct {
    const sim_param_t *row;
    sim_param_value_t value;
    const char *file;
    int line;
} sim_param_assignment_t;

/* Whether the model's own conditions hold, at the start and after every intervention, when `n`
 * parameters have these values, each in its range. Problems to diag; SIM_ERR_CONFIG or
 * SIM_ERR_MEMORY. The configuration is as before afterwards; meanwhile nobody else may read it. */
int sim_param_config_try(sim_config_t *config, const sim_param_assignment_t *assignment, size_t n,
                         sim_base_diag_t *diag);

/* The row of that name in a table, which may be NULL; NULL when there is none. */
const sim_param_t *sim_param_named(const sim_param_t *row, const char *name);

/* The value of a parameter of type REAL, INT, BOOL or CHOICE as a number. */
double sim_param_number(const sim_param_t *row, const void *params);
double sim_param_to_number(const sim_param_t *row, sim_param_value_t value);

/* And back; nothing of another type. */
sim_param_value_t sim_param_from_number(const sim_param_t *row, double number);

/* Bytes of a value in its struct. */
size_t sim_param_value_size(sim_param_type_t type);

/* Writes a value of a row into the struct that the row belongs to. */
void sim_param_store(const sim_param_t *row, const sim_param_value_t *value, void *params);

/* How a sentence about a model that does not exist ends: sim_base_hint of the models there are. */
const char *sim_param_model_hint(sim_base_hint_t *hint, const char *name, const char *quote);

/* Whether a parameter is read at the start only, so that no intervention may set it: one of the
 * model, or with model = NULL one of the engine, all of which are but run.stream. */
bool sim_param_start_only(const struct sim_model *model, const sim_param_t *row);

/* Whether a row is run.stream. */
bool sim_param_is_stream(const sim_param_t *row);

/* Whether an intervention sets a parameter of the model, not run.stream or something on agents. */
bool sim_param_of_model(const sim_param_intervention_t *what);

#endif
