/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/constraint.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/text.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"

const sim_param_t *sim_param_at(const sim_model_t *model, size_t offset) {
    for (const sim_param_t *row = model->params; row && row->name; row++)
        if (row->offset == offset)
            return row;
    return NULL;
}

const char *sim_param_constraint_relation(const sim_constraint_t *constraint) {
    return constraint->strict ? "<" : "<=";
}

char *sim_param_constraint_text(const sim_model_t *model, const sim_param_t *row) {
    sim_base_text_t text;
    FILE *out = sim_base_text_open(&text);
    bool any = false;
    if (!out)
        return NULL;
    for (const sim_constraint_t *c = model->constraints; c && c->why; c++) {
        if (c->low == row->offset || c->high == row->offset) {
            fprintf(out, "%s%s %s %s", any ? "; " : "", sim_param_at(model, c->low)->name,
                    sim_param_constraint_relation(c), sim_param_at(model, c->high)->name);
            any = true;
        }
    }
    return sim_base_text_close(out, &text) ? NULL : text.bytes;
}

bool sim_param_constraint_about(const sim_model_t *model, const sim_param_assignment_t *assignment,
                                size_t n) {
    for (const sim_constraint_t *c = model->constraints; c && c->why; c++) {
        for (size_t i = 0; i < n; i++) {
            size_t offset = assignment[i].row->offset;
            if (offset == c->low || offset == c->high)
                return true;
        }
    }
    return false;
}

/* ---- whether they hold ---- */

/* Both sides are of one type: the compiler has seen to it. */
static bool holds(const sim_model_t *model, const sim_constraint_t *c, const void *params) {
    const sim_param_t *low = sim_param_at(model, c->low), *high = sim_param_at(model, c->high);
    sim_param_value_t a = sim_param_fetch(low, params), b = sim_param_fetch(high, params);
    if (low->type == SIM_PARAM_INT)
        return c->strict ? a.integer < b.integer : a.integer <= b.integer;
    return c->strict ? a.real < b.real : a.real <= b.real;
}

static bool all_hold(const sim_model_t *model, const void *params) {
    for (const sim_constraint_t *c = model->constraints; c && c->why; c++)
        if (!holds(model, c, params))
            return false;
    return true;
}

bool sim_param_constraint_holds(const sim_config_t *config,
                                const sim_param_assignment_t *assignment, size_t n, void *params) {
    memcpy(params, config->params, config->model->params_size);
    for (size_t i = 0; i < n; i++)
        sim_param_store(assignment[i].row, &assignment[i].value, params);
    bool good = all_hold(config->model, params);
    for (size_t i = 0; i < config->n_interventions && good; i++) {
        const sim_param_intervention_t *change = &config->interventions[i];
        bool last = i + 1 == config->n_interventions || change[1].at > change->at;
        if (sim_param_of_model(change))
            sim_param_store(change->row, &change->value, params);
        good = !last || all_hold(config->model, params);
    }
    return good;
}

/* ---- what is told of one that is broken ---- */

/* The side that was set later is where the problem is; " (FILE:LINE)" says where the other was. */
static void report(const sim_param_load_t *load, const sim_constraint_t *c,
                   sim_param_report_t *to) {
    const sim_model_t *model = load->config.model;
    const sim_param_t *low = sim_param_at(model, c->low), *high = sim_param_at(model, c->high);
    const sim_param_slot_t *slot = load->slot + load->n_engine;
    const sim_param_slot_t *of_low = &slot[low - model->params],
                           *of_high = &slot[high - model->params];
    bool low_is_later = of_low->rank >= of_high->rank;
    const sim_param_slot_t *later = low_is_later ? of_low : of_high,
                           *other = low_is_later ? of_high : of_low;
    char a[64], b[64], where[SIM_PARAM_WHY];
    if (other->place.file)
        snprintf(where, sizeof where, "%s:%d", other->place.file, other->place.line);
    else
        snprintf(where, sizeof where, "%s", other->place.set ? "--set" : "the default");
    sim_param_problem(
        to, &later->place, "%s is %s, but must be %s %s, which is %s (%s): %s", later->row->name,
        sim_param_format(later->row, load->config.params, a, sizeof a),
        low_is_later ? (c->strict ? "below" : "at most") : (c->strict ? "above" : "at least"),
        other->row->name, sim_param_format(other->row, load->config.params, b, sizeof b), where,
        c->why);
}

int sim_param_constraints_check(const sim_param_load_t *load, sim_base_diag_t *diag) {
    sim_param_report_t to = {.diag = diag};
    const sim_model_t *model = load->config.model;
    for (const sim_constraint_t *c = model->constraints; c && c->why; c++)
        if (!holds(model, c, load->config.params))
            report(load, c, &to);
    return to.count ? SIM_ERR_CONFIG : SIM_OK;
}
