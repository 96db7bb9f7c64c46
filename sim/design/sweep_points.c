/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From factors to points: the rows of a table, what the model says to each point, and the text and
 * digest that a design is known by. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include "sim/base/text.h"
#include "sim/design/sweep_parts.h"
#include "sim/param/constraint.h"
#include "sim/param/table.h"

enum { MAX_REFUSED = 20 };

/* What write() says of something, as the caller's text (free). */
static int text_of(void (*write)(FILE *out, const void *of), const void *of, char **text) {
    sim_base_text_t made;
    FILE *out = sim_base_text_open(&made);
    if (!out)
        return SIM_ERR_MEMORY;
    write(out, of);
    int rc = sim_base_text_close(out, &made);
    *text = made.bytes;
    return rc;
}

/* ---- the table ---- */

/* Names under which pandas, R and people write the number of a row. */
static bool index_name(const char *name) {
    static const char *const known[] = {"",   "X",   "index", "id",       "ID",    "...1",
                                        "#",  "row", "point", "point_id", "rowid", "no.",
                                        "no", "nr",  "nr.",   "番号",     NULL};
    for (size_t i = 0; known[i]; i++)
        if (strcasecmp(known[i], name) == 0)
            return true;
    return strncmp(name, "Unnamed: ", 9) == 0;
}

static void note_left_out(sim_design_reader_t *r, const sim_param_csv_t *csv, size_t column) {
    char *note = r->sweep->note;
    size_t size = sizeof r->sweep->note, length = strlen(note);
    if (length == 0)
        snprintf(note, size, "%.200s: what numbers the rows is left out: column %zu, \"%.40s\"",
                 csv->file, column + 1, csv->head[column]);
    else
        snprintf(note + length, size - length, "; column %zu, \"%.40s\"", column + 1,
                 csv->head[column]);
}

/* Whether a column numbers the rows and is no parameter: it is left out. One that only looks like
 * it is refused, with the way to leave it out. */
static bool is_index(sim_design_reader_t *r, const sim_param_csv_t *csv, size_t column,
                     bool *refused) {
    const char *name = csv->head[column];
    *refused = false;
    if (!index_name(name))
        return false;
    for (size_t i = 0; i < csv->rows && !*refused; i++) {
        const char *cell = sim_param_csv_cell(csv, i, column);
        char *end = NULL;
        double number = strtod(cell, &end);
        *refused = end == cell || *end || number != floor(number);
    }
    if (*refused)
        sim_base_diag_add(r->diag, csv->file, 1,
                          "column %zu, \"%.80s\", is no parameter and does not number the rows; "
                          "leave it out (pandas: to_csv(index=False), R: write.csv(row.names = "
                          "FALSE))",
                          column + 1, name);
    else if (strcmp(name, "point_id") != 0) /* that is as --design-csv writes it */
        note_left_out(r, csv, column);
    return true;
}

static int read_column(sim_design_reader_t *r, const sim_param_csv_t *csv, size_t column,
                       const sim_param_t *row) {
    int rc = 0;
    sim_design_factor_t *factor = sim_design_add_factor(r->sweep, row);
    double *level = factor ? calloc(csv->rows, sizeof *level) : NULL;
    if (!level)
        return SIM_ERR_MEMORY;
    factor->level = level;
    factor->n_levels = csv->rows;
    factor->scale = SIM_DESIGN_LEVELS;
    factor->line = 1;
    for (size_t i = 0; i < csv->rows; i++)
        if (!sim_param_csv_number(csv, i, column, row, r->sweep->config->model, &level[i]))
            rc = SIM_ERR_CONFIG;
    return rc;
}

static int read_columns(sim_design_reader_t *r, const sim_param_csv_t *csv) {
    int rc = 0;
    for (size_t c = 0; c < csv->columns && rc != SIM_ERR_MEMORY; c++) {
        const char *name = csv->head[c];
        bool refused = false;
        if (is_index(r, csv, c, &refused)) {
            rc = refused ? SIM_ERR_CONFIG : rc;
            continue;
        }
        const sim_param_t *row =
            sim_param_document_row_in(r->document, csv->file, 1, name, r->sweep->config);
        if (row && row->type == SIM_PARAM_PATH) {
            sim_base_diag_add(r->diag, csv->file, 1,
                              "%s is the name of a file; it cannot be a factor", name);
            row = NULL;
        }
        int code = row ? read_column(r, csv, c, row) : SIM_ERR_CONFIG;
        rc = code ? code : rc;
    }
    if (rc == 0 && r->sweep->design.n_factors == 0)
        rc = sim_base_diag_add(r->diag, csv->file, 1, "no column is a parameter");
    return rc;
}

int sim_design_read_table(sim_design_reader_t *r) {
    const config_setting_t *setting = config_setting_get_member(r->group, "table");
    const char *name = setting ? config_setting_get_string(setting) : NULL;
    sim_param_csv_t csv = {0};
    if (!name || !*name)
        return sim_param_document_problem(r->document, setting ? setting : r->group,
                                          "design \"table\" needs table = \"FILE.csv\", whose "
                                          "columns are parameters and whose rows are points");
    r->table = sim_param_document_path(r->document, name);
    r->sweep->table = r->table ? strdup(r->table) : NULL;
    if (!r->sweep->table)
        return SIM_ERR_MEMORY;
    int rc = sim_param_csv_read(r->table, NULL, r->diag, &csv);
    if (rc == 0)
        rc = read_columns(r, &csv);
    if (rc == 0) {
        r->table_line = csv.line;
        csv.line = NULL;
    }
    sim_param_csv_free(&csv);
    return rc;
}

/* ---- the points ---- */

static void set_ranges(sim_design_t *design) {
    for (size_t f = 0; f < design->n_factors; f++) {
        sim_design_factor_t *factor = &design->factor[f];
        for (size_t i = 0; i < factor->n_levels; i++) {
            factor->min = i == 0 || factor->level[i] < factor->min ? factor->level[i] : factor->min;
            factor->max = i == 0 || factor->level[i] > factor->max ? factor->level[i] : factor->max;
        }
    }
}

/* Says the model's problems again, with the point that has them. */
static void retell(sim_base_diag_t *diag, const sim_base_diag_t *told, uint64_t point) {
    for (size_t i = 0; i < told->count; i++)
        sim_base_diag_add(diag, told->problem[i].file, told->problem[i].line,
                          "point %" PRIu64 ": %s", point + 1, told->problem[i].text);
}

static int check_point(sim_design_reader_t *r, uint64_t point, double *value,
                       sim_param_assignment_t *assignment) {
    const sim_design_t *design = &r->sweep->design;
    sim_base_diag_t told;
    sim_design_point(design, point, value);
    for (size_t f = 0; f < design->n_factors; f++) {
        const sim_design_factor_t *factor = &design->factor[f];
        assignment[f] =
            (sim_param_assignment_t){.row = factor->row,
                                     .value = sim_param_from_number(factor->row, value[f]),
                                     .file = r->table ? r->table : r->sweep->file,
                                     .line = r->table ? r->table_line[point] : factor->line};
    }
    sim_base_diag_init(&told);
    int rc = sim_param_config_try(r->sweep->config, assignment, design->n_factors, &told);
    retell(r->diag, &told, point);
    sim_base_diag_free(&told);
    return rc;
}

static int check_points(sim_design_reader_t *r) {
    const sim_design_t *design = &r->sweep->design;
    double *value = calloc(design->n_factors, sizeof *value);
    sim_param_assignment_t *assignment = calloc(design->n_factors, sizeof *assignment);
    int rc = value && assignment ? 0 : SIM_ERR_MEMORY, refused = 0;
    for (uint64_t p = 0; rc != SIM_ERR_MEMORY && p < design->points && refused < MAX_REFUSED; p++) {
        int code = check_point(r, p, value, assignment);
        refused += code != 0;
        rc = code ? code : rc;
    }
    if (refused == MAX_REFUSED)
        sim_base_diag_add(r->diag, r->sweep->file, 0,
                          "%d points are refused by the model; the others were not looked at",
                          refused);
    free(value);
    free(assignment);
    return rc;
}

/* ---- points that meet the constraints ---- */

/* Draws of one point at most; and the share of draws below which a note tells of it. */
enum { MAX_ATTEMPTS = 1000000 };
static const double SMALL_SHARE = 0.01;

typedef struct {
    sim_design_reader_t *r;
    double *value;
    sim_param_assignment_t *assignment;
    void *params;
    uint64_t draws;
} meeting_t;

static bool meets(const meeting_t *m, uint64_t point) {
    const sim_design_t *design = &m->r->sweep->design;
    sim_design_point(design, point, m->value);
    for (size_t f = 0; f < design->n_factors; f++)
        m->assignment[f].value = sim_param_from_number(design->factor[f].row, m->value[f]);
    return sim_param_constraint_holds(m->r->sweep->config, m->assignment, design->n_factors,
                                      m->params);
}

/* The ranges of the factors that a constraint is about. */
static void write_ranges(FILE *out, const void *of) {
    const meeting_t *m = of;
    const sim_design_t *design = &m->r->sweep->design;
    const sim_model_t *model = m->r->sweep->config->model;
    for (size_t f = 0; f < design->n_factors; f++) {
        char range[SIM_DESIGN_RANGE];
        if (!sim_param_constraint_about(model, &m->assignment[f], 1))
            continue;
        sim_design_range_text(&design->factor[f], range, sizeof range);
        fprintf(out, "; %s from %s", design->factor[f].row->name, range);
    }
}

static int refuse_ranges(const meeting_t *m) {
    char *ranges = NULL;
    if (text_of(write_ranges, m, &ranges))
        return SIM_ERR_MEMORY;
    int rc = sim_param_document_problem(
        m->r->document, m->r->group,
        "none of %d draws of a point meets the constraints between the parameters "
        "(`kumiai describe %s` lists them); other ranges are needed%s",
        MAX_ATTEMPTS, m->r->sweep->config->model->name, ranges);
    free(ranges);
    return rc;
}

/* Draws a point anew until it meets them. */
static int meet_at(meeting_t *m, uint64_t point) {
    uint32_t *redrawn = &m->r->sweep->design.redrawn[point];
    for (m->draws++; !meets(m, point); m->draws++)
        if (++*redrawn >= MAX_ATTEMPTS)
            return refuse_ranges(m);
    return 0;
}

static void note_share(const meeting_t *m) {
    sim_design_sweep_t *sweep = m->r->sweep;
    double share = (double)sweep->design.points / (double)m->draws;
    if (share < SMALL_SHARE)
        snprintf(sweep->note, sizeof sweep->note,
                 "%.160s: only %.2g %% of the draws meet the constraints between the parameters; "
                 "the points fill a small corner of their ranges",
                 sweep->file, 100 * share);
}

static int meet_all(meeting_t *m) {
    sim_design_t *design = &m->r->sweep->design;
    for (size_t f = 0; f < design->n_factors; f++)
        m->assignment[f].row = design->factor[f].row;
    if (!sim_param_constraint_about(m->r->sweep->config->model, m->assignment, design->n_factors))
        return 0;
    design->redrawn = calloc(design->points, sizeof *design->redrawn);
    int rc = design->redrawn ? 0 : SIM_ERR_MEMORY;
    for (uint64_t p = 0; rc == 0 && p < design->points; p++)
        rc = meet_at(m, p);
    if (rc == 0)
        note_share(m);
    return rc;
}

/* Other designs have their points refused, with the constraint that they break. */
static int meet_constraints(sim_design_reader_t *r) {
    const sim_design_t *design = &r->sweep->design;
    const sim_model_t *model = r->sweep->config->model;
    if (!model->constraints || !sim_design_redraws(design->kind))
        return 0;
    meeting_t m = {.r = r,
                   .value = calloc(design->n_factors, sizeof *m.value),
                   .assignment = calloc(design->n_factors, sizeof *m.assignment),
                   .params = malloc(model->params_size ? model->params_size : 1)};
    int rc = m.value && m.assignment && m.params ? meet_all(&m) : SIM_ERR_MEMORY;
    free(m.value);
    free(m.assignment);
    free(m.params);
    return rc;
}

int sim_design_read_design(sim_design_reader_t *r) {
    sim_base_why_t why = {""};
    const sim_model_t *model = r->sweep->config->model;
    sim_design_t *design = &r->sweep->design;
    set_ranges(design);
    int rc = sim_design_init(design, &why);
    if (rc == SIM_ERR_LIMIT)
        return sim_param_document_problem(r->document, r->group, "%s", why.text);
    if (rc == 0)
        rc = meet_constraints(r);
    if (rc == 0 && (model->check || model->constraints))
        rc = check_points(r);
    return rc ? rc : sim_design_describe(r->sweep);
}

/* ---- text and digest ---- */

static void write_levels(FILE *out, const void *of) {
    const sim_design_factor_t *factor = of;
    char text[64];
    bool quoted = factor->row->type == SIM_PARAM_CHOICE;
    for (size_t i = 0; i < factor->n_levels; i++)
        fprintf(out, quoted ? "%s\"%s\"" : "%s%s", i ? ", " : "",
                sim_design_factor_text(factor->row, factor->level[i], text, sizeof text));
}

static void write_arguments(FILE *out, const void *of) {
    const sim_design_factor_t *factor = of;
    sim_distribution_kind_t kind = sim_design_factor_distribution(factor).kind;
    for (int i = 0; i < 2; i++) {
        const char *name = sim_param_distribution_argument(kind, i);
        if (name)
            fprintf(out, "%s%s = %.17g;", i ? " " : "", name, i ? factor->b : factor->a);
    }
}

int sim_design_levels_text(const sim_design_factor_t *factor, char **text) {
    return text_of(write_levels, factor, text);
}

int sim_design_arguments_text(const sim_design_factor_t *factor, char **text) {
    return text_of(write_arguments, factor, text);
}

static void write_factor(FILE *out, const sim_design_factor_t *factor, bool table) {
    char min[64], max[64];
    bool words = factor->row->type == SIM_PARAM_BOOL || factor->row->type == SIM_PARAM_CHOICE;
    fprintf(out, "  { parameter = \"%s\";", factor->row->name);
    if (factor->scale == SIM_DESIGN_LEVELS && !table) {
        fputs(" levels = (", out);
        write_levels(out, factor);
        fputs(");", out);
    } else if (factor->scale != SIM_DESIGN_LEVELS && !words) {
        fprintf(out, " min = %s; max = %s; %s = \"%s\";",
                sim_design_factor_text(factor->row, factor->min, min, sizeof min),
                sim_design_factor_text(factor->row, factor->max, max, sizeof max),
                factor->scale > SIM_DESIGN_LEVELS ? "distribution" : "scale",
                sim_design_scale_name(factor->scale));
        fputc(' ', out);
        write_arguments(out, factor);
    }
    fputs(" }", out);
}

static void write_text(FILE *out, const void *of) {
    const sim_design_sweep_t *sweep = of;
    static const char *const size_key[] = {
        [SIM_DESIGN_LHS] = "points",          [SIM_DESIGN_RANDOM] = "points",
        [SIM_DESIGN_SOBOL] = "points",        [SIM_DESIGN_SALTELLI] = "samples",
        [SIM_DESIGN_MORRIS] = "trajectories", [SIM_DESIGN_TABLE] = NULL};
    const sim_design_t *design = &sweep->design;
    bool sobol = design->kind == SIM_DESIGN_SOBOL || design->kind == SIM_DESIGN_SALTELLI;
    fprintf(out, "design = \"%s\";\n", sim_design_kinds[design->kind]);
    if (size_key[design->kind])
        fprintf(out, "%s = %" PRIu64 ";\n", size_key[design->kind], design->size);
    if (design->kind == SIM_DESIGN_MORRIS)
        fprintf(out, "levels = %d;\n", design->levels);
    if (design->kind == SIM_DESIGN_SALTELLI)
        fprintf(out, "second_order = %s;\n", design->second_order ? "true" : "false");
    if (sobol)
        fprintf(out, "shift = %s;\n", design->shift ? "true" : "false");
    if (size_key[design->kind] && (!sobol || design->shift))
        fprintf(out, "design_seed = %" PRIu64 "L;\n", design->seed);
    fprintf(out, "seeds = \"%s\";\nfactors = (\n", sweep->independent ? "independent" : "common");
    for (size_t f = 0; f < design->n_factors; f++) {
        write_factor(out, &design->factor[f], design->kind == SIM_DESIGN_TABLE);
        fputs(f + 1 < design->n_factors ? ",\n" : "\n", out);
    }
    fputs(");\n", out);
}

static int digest(sim_design_sweep_t *sweep) {
    const sim_design_t *design = &sweep->design;
    double *value = calloc(design->n_factors, sizeof *value);
    XXH3_state_t *state = XXH3_createState();
    int rc = value && state ? 0 : SIM_ERR_MEMORY;
    if (rc == 0) {
        XXH3_128bits_reset(state);
        XXH3_128bits_update(state, sweep->text, strlen(sweep->text));
    }
    for (uint64_t p = 0; rc == 0 && p < design->points; p++) {
        sim_design_point(design, p, value);
        XXH3_128bits_update(state, value, design->n_factors * sizeof *value);
    }
    if (rc == 0) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(sweep->digest, sizeof sweep->digest, "%016" PRIx64 "%016" PRIx64,
                 (uint64_t)hash.high64, (uint64_t)hash.low64);
        sweep->identity = hash.low64;
    }
    XXH3_freeState(state);
    free(value);
    return rc;
}

int sim_design_describe(sim_design_sweep_t *sweep) {
    int rc = text_of(write_text, sweep, &sweep->text);
    return rc ? rc : digest(sweep);
}
