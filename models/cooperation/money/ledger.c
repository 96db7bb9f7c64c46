/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money, refusals and events. Every yen moves between named accounts; yen are whole numbers, so
 * that the books balance exactly. */
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/look/columns.h"
#include "models/cooperation/money/schemes.h"

int coop_ledger_account(const coop_population_t *population, uint32_t donor) {
    return donor >= population->first_cooperative ? COOP_ACCOUNT_COOPERATIVES
                                                  : COOP_ACCOUNT_LOCAL_GOVERNMENTS;
}

void coop_ledger_move(sim_world_t *world, int from, int to, int64_t yen) {
    coop_state_t *s = coop_state(world);
    s->flow[from * COOP_N_ACCOUNTS + to] += yen;
    s->balance[from] -= yen;
    s->balance[to] += yen;
}

void coop_refuse(sim_world_t *world, int mode, int reason, uint32_t n) {
    coop_state(world)->refused[mode * COOP_N_REASONS + reason] += n;
}

#define EVENT(COLUMN)                                                                              \
    COLUMN(REAL, "time", sim_schedule_time(&world->clock, world->clock.step), "year")              \
    COLUMN(LABEL(coop_event_words), "kind", kind, "what happened")                                 \
    COLUMN(INTEGER, "subject_id", subject, "agent; of a rupture the country's place in its file")  \
    COLUMN(INTEGER, "object_id", object < 0 ? SIM_NULL_INT : object, "agent or NULL")              \
    COLUMN(REAL, "value", value,                                                                   \
           "by kind: contested 0/1, index, yen, count, years, form or type of work from 0")
const sim_field_t coop_event_fields[] = {EVENT(FIELD) FIELD_END};

int coop_event(sim_world_t *world, int kind, int64_t subject, int64_t object, double value) {
    if (!sim_world_records_rows(world))
        return 0;
    const sim_cell_t cell[] = {EVENT(CELL)};
    return sim_world_row(world, COOP_TABLE_EVENT, cell);
}

#define LEDGER(COLUMN)                                                                             \
    COLUMN(INTEGER, "year", year, "JFY")                                                           \
    COLUMN(LABEL(coop_account_words), "from_account", from, "payer")                               \
    COLUMN(LABEL(coop_account_words), "to_account", to, "receiver")                                \
    COLUMN(INTEGER, "yen", yen, "sum over the year, yen")
const sim_field_t coop_ledger_fields[] = {LEDGER(FIELD) FIELD_END};

static int write_flows(sim_world_t *world, int64_t year) {
    const coop_state_t *s = coop_state(world);
    for (int from = 0; from < COOP_N_ACCOUNTS; from++)
        for (int to = 0; to < COOP_N_ACCOUNTS; to++) {
            int64_t yen = s->flow[from * COOP_N_ACCOUNTS + to];
            if (yen == 0)
                continue;
            const sim_cell_t cell[] = {LEDGER(CELL)};
            int rc = sim_world_row(world, COOP_TABLE_LEDGER, cell);
            if (rc)
                return rc;
        }
    return 0;
}

#define REFUSAL(COLUMN)                                                                            \
    COLUMN(INTEGER, "year", year, "JFY")                                                           \
    COLUMN(LABEL(coop_mode_words), "mode", mode, "mode")                                           \
    COLUMN(LABEL(coop_reason_words), "reason", reason, "first reason")                             \
    COLUMN(INTEGER, "count", count, "opportunities")
const sim_field_t coop_refusal_fields[] = {REFUSAL(FIELD) FIELD_END};

static int write_refusals(sim_world_t *world, int64_t year) {
    const coop_state_t *s = coop_state(world);
    for (int mode = 0; mode < COOP_N_MODES; mode++)
        for (int reason = 0; reason < COOP_N_REASONS; reason++) {
            int64_t count = s->refused[mode * COOP_N_REASONS + reason];
            if (count == 0)
                continue;
            const sim_cell_t cell[] = {REFUSAL(CELL)};
            int rc = sim_world_row(world, COOP_TABLE_REFUSAL, cell);
            if (rc)
                return rc;
        }
    return 0;
}

int coop_ledger_year(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    if (world->clock.step == 0)
        return 0;
    int32_t year = sim_schedule_year(&world->clock, world->clock.step - 1);
    int rc = 0;
    if (sim_world_records_rows(world)) {
        if ((rc = write_flows(world, year)))
            return rc;
        if ((rc = write_refusals(world, year)))
            return rc;
    }
    for (int i = 0; i < COOP_N_ACCOUNTS * COOP_N_ACCOUNTS; i++)
        s->flow[i] = 0;
    for (int i = 0; i < COOP_N_MODES * COOP_N_REASONS; i++)
        s->refused[i] = 0;
    return 0;
}

/* ---- what must hold ---- */

/* Accounts sum to zero, and each account is what its holders hold. */
int coop_ledger_verify(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_state_t *s = coop_state(world);
    int64_t sum = 0, held[COOP_N_ACCOUNTS] = {0};
    for (int a = 0; a < COOP_N_ACCOUNTS; a++)
        sum += s->balance[a];
    for (uint32_t d = 0; d < s->n_donors; d++) {
        if (s->donor.purse[d] < 0)
            return SIM_ERR_VERIFY;
        held[coop_ledger_account(pop, d)] += s->donor.purse[d];
    }
    for (uint32_t k = 0; k < s->project.n_running; k++) {
        uint32_t j = s->project.running[k];
        held[coop_scheme_table[s->project.scheme[j]].account] += s->project.grant_left[j];
    }
    bool good = sum == 0 && s->balance[COOP_ACCOUNT_PROJECTS] == 0;
    for (int a = COOP_ACCOUNT_JICA; a <= COOP_ACCOUNT_COOPERATIVES; a++)
        good = good && s->balance[a] == held[a];
    return good ? 0 : SIM_ERR_VERIFY;
}
