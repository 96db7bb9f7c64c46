/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/run_until.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/metrics.h"
#include "sim/rng/math.h"

/* ---- what is asked for ---- */

void sim_cli_until_parse(const char *text, sim_cli_until_t *until, sim_base_diag_t *diag) {
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (length == 0 || length >= sizeof until->metric || !colon[1]) {
        sim_base_diag_add(diag, NULL, 0,
                          "--until %s: what is wanted is METRIC:HALFWIDTH or METRIC:PERCENT%%, e.g."
                          " ties_regional:0.5",
                          text);
        return;
    }
    memcpy(until->metric, text, length);
    until->metric[length] = '\0';
    until->rule.half = strtod(colon + 1, &end);
    until->rule.relative = *end == '%';
    if (end == colon + 1 || end[until->rule.relative] || !(until->rule.half > 0) ||
        !isfinite(until->rule.half))
        sim_base_diag_add(diag, NULL, 0, "--until %s: half-width '%s' is not a number above 0",
                          text, colon + 1);
    if (until->rule.relative)
        until->rule.half /= 100;
}

void sim_cli_until_check(const sim_cli_until_t *until, const sim_config_t *const *configs, size_t n,
                         sim_base_diag_t *diag) {
    if (until->metric[0])
        sim_cli_metric_check("--until", until->metric, configs, n, diag);
}

/* ---- counting ---- */

int sim_cli_until_begin(sim_cli_until_t *until, size_t n, uint64_t cap, uint64_t draws) {
    until->scenarios = n;
    until->have = 0;
    until->value = calloc(n, sizeof *until->value);
    until->rule.cap = cap;
    until->rule.others = n - 1;
    until->rule.draws = draws;
    until->rule.rule = sim_experiment_until_rule;
    return until->value ? sim_experiment_until_init(&until->rule) : SIM_ERR_MEMORY;
}

void sim_cli_until_free(sim_cli_until_t *until) {
    sim_experiment_until_free(&until->rule);
    free(until->value);
    until->value = NULL;
}

bool sim_cli_until_over(const sim_cli_until_t *until) {
    return until->rule.state != SIM_UNTIL_OPEN;
}

static void take_value(void *user, size_t scenario, double value) {
    sim_cli_until_t *until = user;
    if (scenario != until->have)
        return;
    until->value[until->have++] = value;
    if (until->have < until->scenarios)
        return;
    until->have = 0;
    (void)sim_experiment_until_add(&until->rule, until->value);
}

int sim_cli_until_read(sim_cli_until_t *until, const char *path, sim_base_why_t *why) {
    return sim_store_rounds_read(path, until->metric, take_value, until, why);
}

void sim_cli_until_take(sim_cli_until_t *until, const sim_record_t *record,
                        const sim_config_t *config) {
    size_t at = sim_cli_metric_column(config->model, until->metric);
    bool missing = record->status != 0 || at >= record->n_reducers;
    take_value(until, record->scenario, missing ? (double)NAN : record->summary[at]);
}

/* ---- what has come out ---- */

static const char *verdict(const sim_experiment_until_t *rule,
                           const sim_experiment_until_difference_t *d) {
    if (d->pairs == 0)
        return "no pair has values";
    if (d->pairs > 1 && isnan(d->half))
        return "all pairs alike: cannot tell";
    if (sim_experiment_until_precise(rule, d))
        return "reached";
    return d->half <= sim_experiment_until_wanted(rule) ? "rests on few pairs" : "too wide yet";
}

/* NaN as n/a: an interval of one pair, the gain where nothing varies. */
static void number(FILE *stream, int width, double value) {
    if (isnan(value))
        fprintf(stream, "  %*s", width, "n/a");
    else
        fprintf(stream, "  %*.6g", width, value);
}

/* What n pairs without it leave possible, at 95 %. */
static void unseen(FILE *stream, const sim_experiment_until_t *rule) {
    uint64_t n = UINT64_MAX;
    for (size_t i = 0; i < rule->others; i++) {
        uint64_t pairs = sim_experiment_until_difference(rule, i).pairs;
        n = pairs < n ? pairs : n;
    }
    if (rule->state == SIM_UNTIL_REACHED)
        fprintf(stream, "What happens in less than one pair of %.0f may not have been seen yet.\n",
                1 / (1 - sim_math_pow(0.05, 1 / (double)n)));
}

void sim_cli_until_print(FILE *stream, const sim_cli_until_t *until,
                         const sim_config_t *const *configs) {
    static const char *const end[] = {"unfinished", "precise as wanted", "cap of --max-reps",
                                      "no values to compare"};
    const sim_experiment_until_t *rule = &until->rule;
    int width = (int)strlen("scenario");
    for (size_t i = 1; i < until->scenarios; i++)
        width = (int)strlen(configs[i]->name) > width ? (int)strlen(configs[i]->name) : width;
    fprintf(stream,
            "\n%s: paired differences to %s after %" PRIu64 " replicates (%s).\n"
            "Intervals of 95 %%%s, half-width their longer side; wanted half-width %.6g.\n"
            "Gain by pairing: variance of unpaired differences / of paired ones.\n"
            "%-*s  %6s  %12s  %12s  %12s  %12s  %8s\n",
            until->metric, configs[0]->name, rule->replicates, end[rule->state],
            rule->others > 1 ? " for all differences together (Bonferroni)" : "",
            sim_experiment_until_wanted(rule), width, "scenario", "pairs", "difference", "from",
            "to", "half-width", "gain");
    for (size_t i = 0; i < rule->others; i++) {
        sim_experiment_until_difference_t d = sim_experiment_until_difference(rule, i);
        fprintf(stream, "%-*s  %6" PRIu64, width, configs[i + 1]->name, d.pairs);
        number(stream, 12, d.mean);
        number(stream, 12, d.low);
        number(stream, 12, d.high);
        number(stream, 12, d.half);
        number(stream, 8, d.gain);
        fprintf(stream, "  %s\n", verdict(rule, &d));
    }
    if (sim_experiment_until_recycles(rule))
        fprintf(stream,
                "Replicates beyond %" PRIu64 " use the draws again, so pairs are means of draws: "
                "more replicates make these\nsharper, and only more draws tell more about the "
                "parameters.\n",
                rule->draws);
    unseen(stream, rule);
}
