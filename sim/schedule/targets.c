/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/schedule/targets.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/list.h"
#include "sim/schedule/hooks.h"

enum { WORD_BYTES = 256, TEXT_BYTES = 512, MOST_SHOWN = 12 };

typedef struct {
    uint32_t id;
    const char *kind, *code, *name;
} agent_t;

/* What the search works with; the agents' texts are the model's. */
typedef struct {
    sim_record_sink_t sink; /* first, so that the one is the other */
    agent_t *agent;
    size_t n;
    uint32_t *found; /* room for all agents */
    const sim_config_t *config;
    const void *shared;
    sim_base_diag_t *diag;
    size_t problems;
} search_t;

static int take(sim_record_sink_t *sink, const sim_record_agent_t *agent) {
    search_t *search = (search_t *)sink;
    agent_t *larger = sim_base_grow(search->agent, search->n, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    search->agent = larger;
    search->agent[search->n++] =
        (agent_t){agent->agent_id, agent->kind ? agent->kind : "", agent->code ? agent->code : "",
                  agent->name ? agent->name : ""};
    return SIM_OK;
}

__attribute__((format(printf, 4, 5))) static void problem(search_t *search,
                                                          const sim_param_intervention_t *what,
                                                          const sim_param_condition_t *at,
                                                          const char *format, ...) {
    char text[TEXT_BYTES];
    const char *file = at ? at->file : what->file;
    va_list arguments;
    search->problems++;
    if (!search->diag)
        return; /* they have been told when the model was prepared */
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sim_base_diag_add(search->diag, file ? file : search->config->file, at ? at->line : what->line,
                      "%s", text);
}

/* ---- words ---- */

/* The next of words that are joined by `end`; false after the last one. */
static bool next_word(const char **at, char end, char word[WORD_BYTES]) {
    const char stop[] = {end, '\0'};
    if (!*at)
        return false;
    size_t length = strcspn(*at, stop);
    snprintf(word, WORD_BYTES, "%.*s", (int)length, *at);
    *at = (*at)[length] ? *at + length + 1 : NULL;
    return true;
}

static bool has_word(const char *words, char end, const char *asked) {
    char word[WORD_BYTES];
    while (asked && next_word(&words, end, word))
        if (strcmp(word, asked) == 0)
            return true;
    return false;
}

/* "person or firm" of "person|firm". */
static const char *spell_kinds(const char *kinds, char text[TEXT_BYTES]) {
    char word[WORD_BYTES];
    size_t used = 0;
    text[0] = '\0';
    for (bool first = true; next_word(&kinds, '|', word) && used < TEXT_BYTES; first = false)
        used += (size_t)snprintf(text + used, TEXT_BYTES - used, "%s%s",
                                 first   ? ""
                                 : kinds ? ", "
                                         : " or ",
                                 word);
    return text;
}

/* ---- agents by code or name ---- */

static int compare_words(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int unknown_agent(search_t *search, const sim_param_intervention_t *what,
                         const sim_param_condition_t *at, const char *word) {
    const char **names = malloc((2 * search->n + 1) * sizeof *names);
    if (!names)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < search->n; i++) {
        names[2 * i] = search->agent[i].code;
        names[2 * i + 1] = search->agent[i].name;
    }
    names[2 * search->n] = NULL;
    sim_base_hint_t hint;
    problem(search, what, at, "there is no agent \"%.80s\"%s", word,
            sim_base_hint(&hint, word, names, "\"", ", neither as a code nor as a name"));
    free(names);
    return SIM_OK;
}

static void ambiguous_agent(search_t *search, const sim_param_intervention_t *what,
                            const sim_param_condition_t *at, const char *word, size_t n) {
    char text[TEXT_BYTES] = "";
    size_t used = 0, shown = 0;
    for (size_t i = 0; i < search->n && shown < MOST_SHOWN && used < sizeof text; i++)
        if (strcmp(search->agent[i].name, word) == 0)
            used +=
                (size_t)snprintf(text + used, sizeof text - used, "%s%s (%s)", shown++ ? ", " : "",
                                 search->agent[i].code, search->agent[i].kind);
    problem(search, what, at, "%zu agents are called \"%.80s\"; write the code: %s", n, word, text);
}

/* How many agents have this code, or if none has, this name; *agent is the first of them. */
static size_t count_agents(const search_t *search, const char *word, const agent_t **agent) {
    size_t by_code = 0, by_name = 0;
    const agent_t *of_name = NULL;
    for (size_t i = 0; i < search->n; i++) {
        const agent_t *one = &search->agent[i];
        if (*one->code == *word && strcmp(one->code, word) == 0 && by_code++ == 0)
            *agent = one;
        if (*one->name == *word && strcmp(one->name, word) == 0 && by_name++ == 0)
            of_name = one;
    }
    if (by_code == 0 && by_name > 0)
        *agent = of_name;
    return by_code ? by_code : by_name;
}

/* The agent of a code or name, of one of the kinds; NULL with a problem. 0 or SIM_ERR_MEMORY. */
static int find_agent(search_t *search, const sim_param_intervention_t *what,
                      const sim_param_condition_t *at, const char *word, const char *kinds,
                      const agent_t **out) {
    char text[TEXT_BYTES];
    const agent_t *agent = NULL;
    size_t n = count_agents(search, word, &agent);
    *out = NULL;
    if (n == 0)
        return unknown_agent(search, what, at, word);
    if (n > 1) {
        ambiguous_agent(search, what, at, word, n);
        return SIM_OK;
    }
    if (!has_word(kinds, '|', agent->kind)) {
        problem(search, what, at, "%s %s: %s (%s) is a %s, not a %s", at->key, what->row->name,
                agent->code, agent->name, agent->kind, spell_kinds(kinds, text));
        return SIM_OK;
    }
    *out = agent;
    return SIM_OK;
}

/* ---- the targets of one intervention ---- */

static void add_named(search_t *search, const sim_param_intervention_t *what,
                      const sim_param_condition_t *at, const agent_t *agent,
                      sim_schedule_target_t *target) {
    const sim_agent_param_t *param = what->about->param;
    const char *why = param->lacks ? param->lacks(search->shared, agent->id, target->other) : NULL;
    for (size_t i = 0; i < target->n; i++)
        if (target->agent[i] == agent->id) {
            problem(search, what, at, "%s (%s) is named twice", agent->code, agent->name);
            return;
        }
    if (why) {
        problem(search, what, at, "%s cannot be set on %s (%s): %s", param->row.name, agent->code,
                agent->name, why);
        return;
    }
    target->agent[target->n++] = agent->id;
}

static int find_named(search_t *search, const sim_param_intervention_t *what,
                      sim_schedule_target_t *target) {
    const sim_param_condition_t *at = &what->about->who[0];
    const char *words = at->words;
    char word[WORD_BYTES];
    int rc = SIM_OK;
    while (!rc && next_word(&words, '\n', word)) {
        const agent_t *agent;
        rc = find_agent(search, what, at, word, what->about->param->kinds, &agent);
        if (agent)
            add_named(search, what, at, agent, target);
    }
    return rc;
}

/* The agent's word in a class, or NULL. */
static const char *word_of(const search_t *search, const char *key, const agent_t *agent) {
    if (strcmp(key, "kind") == 0)
        return agent->kind;
    const sim_agent_class_t *known = search->config->model->agent_classes;
    while (strcmp(known->name, key) != 0) /* loading has seen that there is one */
        known++;
    return known->of(search->shared, agent->id);
}

static bool meets(const search_t *search, const sim_param_about_t *about, const agent_t *agent) {
    for (const sim_param_condition_t *at = about->who; at->key; at++)
        if (!has_word(at->words, '\n', word_of(search, at->key, agent)))
            return false;
    return true;
}

/* The different words of a class, sorted; *n of them. NULL without memory. */
static const char **words_of_class(const search_t *search, const char *key, size_t *n) {
    const char **word = malloc((search->n + 1) * sizeof *word);
    size_t all = 0;
    *n = 0;
    for (size_t i = 0; word && i < search->n; i++) {
        const char *one = word_of(search, key, &search->agent[i]);
        if (one)
            word[all++] = one;
    }
    if (!word)
        return NULL;
    qsort(word, all, sizeof *word, compare_words);
    for (size_t i = 0; i < all; i++)
        if (*n == 0 || strcmp(word[*n - 1], word[i]) != 0)
            word[(*n)++] = word[i];
    word[*n] = NULL;
    return word;
}

static void unknown_word(search_t *search, const sim_param_intervention_t *what,
                         const sim_param_condition_t *at, const char *asked,
                         const char *const *known, size_t n) {
    char text[TEXT_BYTES] = "";
    size_t used = 0;
    const char *nearest = sim_base_nearest(asked, known);
    for (size_t i = 0; i < n && n <= MOST_SHOWN && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "", known[i]);
    if (nearest)
        problem(search, what, at, "no agent has %s \"%.80s\"; did you mean \"%.80s\"?", at->key,
                asked, nearest);
    else
        problem(search, what, at, "no agent has %s \"%.80s\"%s%s", at->key, asked,
                *text ? "; it may be: " : "", text);
}

/* Whether each word of the conditions is one of its class. 0 or SIM_ERR_MEMORY. */
static int check_words(search_t *search, const sim_param_intervention_t *what) {
    for (const sim_param_condition_t *at = what->about->who; at->key; at++) {
        const char *words = at->words;
        char word[WORD_BYTES];
        size_t n;
        const char **known = words_of_class(search, at->key, &n);
        if (!known)
            return SIM_ERR_MEMORY;
        while (next_word(&words, '\n', word)) {
            bool one = false;
            for (size_t i = 0; i < n && !one; i++)
                one = strcmp(known[i], word) == 0;
            if (!one)
                unknown_word(search, what, at, word, known, n);
        }
        free(known);
    }
    return SIM_OK;
}

static int find_class(search_t *search, const sim_param_intervention_t *what,
                      sim_schedule_target_t *target) {
    const sim_agent_param_t *param = what->about->param;
    char text[TEXT_BYTES];
    size_t met = 0, before = search->problems;
    for (size_t i = 0; i < search->n; i++) {
        const agent_t *agent = &search->agent[i];
        if (!meets(search, what->about, agent))
            continue;
        met++;
        if (has_word(param->kinds, '|', agent->kind) && agent->id != target->other)
            target->agent[target->n++] = agent->id;
    }
    if (target->n > 0 && !search->diag)
        return SIM_OK;
    int rc = check_words(search, what);
    if (!rc && target->n == 0 && search->problems == before)
        problem(search, what, &what->about->who[0],
                met ? "none of these agents has %s, which a %s has"
                    : "no agent meets all conditions for %s, which a %s has",
                param->row.name, spell_kinds(param->kinds, text));
    return rc;
}

/* Into search->found, from where the caller takes it. */
static int find_targets(search_t *search, const sim_param_intervention_t *what,
                        sim_schedule_target_t *target) {
    const sim_param_about_t *about = what->about;
    int rc = SIM_OK;
    *target = (sim_schedule_target_t){.agent = search->found, .other = UINT32_MAX};
    if (about->with.key) {
        const agent_t *other;
        rc = find_agent(search, what, &about->with, about->with.words, about->param->with, &other);
        if (rc || !other)
            return rc;
        target->other = other->id;
    }
    return strcmp(about->who[0].key, "agent") == 0 ? find_named(search, what, target)
                                                   : find_class(search, what, target);
}

/* ---- the same twice ---- */

static const agent_t *agent_of(const search_t *search, uint32_t id) {
    size_t i = 0;
    while (search->agent[i].id != id)
        i++;
    return &search->agent[i];
}

/* The first agent that both are about, or NULL. */
static const agent_t *common(const search_t *search, const sim_schedule_target_t *a,
                             const sim_schedule_target_t *b) {
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (a->agent[i] == b->agent[k])
                return agent_of(search, a->agent[i]);
    return NULL;
}

/* With another agent beside, it is another thing; a value that is one is not. */
static bool same_thing(const sim_param_intervention_t *a, const sim_schedule_target_t *of_a,
                       const sim_param_intervention_t *b, const sim_schedule_target_t *of_b) {
    bool beside = a->row->type != SIM_PARAM_WORDS;
    return b->about && a->row == b->row && !(a->written < b->written) &&
           !(a->written > b->written) && (!beside || of_a->other == of_b->other);
}

/* Of two dates that mean one step the later one wins; twice the same is a mistake. */
static void check_doubles(search_t *search, const sim_schedule_target_t *target) {
    const sim_config_t *config = search->config;
    for (size_t i = 1; i < config->n_interventions; i++)
        for (size_t k = 0; k < i && config->interventions[i].about; k++) {
            const sim_param_intervention_t *what = &config->interventions[i],
                                           *other = &config->interventions[k];
            const agent_t *twice = same_thing(what, &target[i], other, &target[k])
                                       ? common(search, &target[i], &target[k])
                                       : NULL;
            if (!twice)
                continue;
            problem(search, what, NULL,
                    "%s of %s (%s) is set twice at %g; it is in line %d already", what->row->name,
                    twice->code, twice->name, what->written, other->line);
            break;
        }
}

/* ---- all ---- */

static bool any_about(const sim_config_t *config) {
    for (size_t i = 0; i < config->n_interventions; i++)
        if (config->interventions[i].about)
            return true;
    return false;
}

static int find_all(search_t *search, sim_base_arena_t *arena, sim_schedule_target_t *target) {
    const sim_config_t *config = search->config;
    int rc = config->model->agents(search->shared, &search->sink);
    search->found = rc ? NULL : malloc((search->n + 1) * sizeof *search->found);
    if (!rc && !search->found)
        rc = SIM_ERR_MEMORY;
    for (size_t i = 0; i < config->n_interventions && !rc; i++) {
        if (!config->interventions[i].about)
            continue;
        rc = find_targets(search, &config->interventions[i], &target[i]);
        uint32_t *kept = sim_base_arena_alloc(arena, target[i].n + 1, sizeof *kept);
        if (!rc && !kept)
            rc = SIM_ERR_MEMORY;
        if (!rc)
            target[i].agent = memcpy(kept, target[i].agent, target[i].n * sizeof *kept);
    }
    return rc;
}

int sim_schedule_targets(const sim_config_t *config, const void *shared, sim_base_arena_t *arena,
                         sim_base_diag_t *diag, const sim_schedule_target_t **out) {
    search_t search = {.sink.take = take, .config = config, .shared = shared, .diag = diag};
    *out = NULL;
    if (!any_about(config))
        return SIM_OK;
    sim_schedule_target_t *target =
        sim_base_arena_alloc(arena, config->n_interventions, sizeof *target);
    int rc = target ? find_all(&search, arena, target) : SIM_ERR_MEMORY;
    if (!rc && diag)
        check_doubles(&search, target);
    if (!rc && search.problems)
        rc = SIM_ERR_CONFIG;
    if (!rc)
        *out = target;
    free(search.agent);
    free(search.found);
    return rc;
}

int sim_schedule_targets_check(const sim_config_t *config, const void *shared,
                               sim_base_diag_t *diag) {
    const sim_schedule_target_t *target;
    sim_base_arena_t arena;
    sim_base_arena_init(&arena);
    int rc = sim_schedule_targets(config, shared, &arena, diag, &target);
    sim_base_arena_free(&arena);
    return rc;
}
