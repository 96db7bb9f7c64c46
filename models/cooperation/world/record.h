/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The observed record: who worked with whom since when, as far as a source says. Read once from the
 * files of configs/cooperation/record (columns in its README.md) and shared by all replicates.
 * start.c makes the initial state from it, and reads nothing dated at or after the start. */
#pragma once
#include "models/cooperation/words.h"

/* A year that no source tells. */
enum { COOP_YEAR_UNKNOWN = INT32_MAX };

/* How the bodies were bound: an agreement of friendship, an agreement on the work, the work itself,
 * or a place in a network of many cities, which is a contact and no tie. */
enum { COOP_BOND_SISTER, COOP_BOND_FRIENDSHIP, COOP_BOND_MOU, COOP_BOND_WORK, COOP_BOND_NETWORK };

/* What is known of a pair from JFY `start` on: how it stood, until a later row of the pair or the
 * end; or a work of the pair. */
typedef struct {
    uint32_t donor, partner; /* agent; place among partners */
    uint32_t tie;            /* of a work, where it stands at the start; else SIM_NETWORK_NONE */
    int32_t start, end;      /* JFY; the last, or COOP_YEAR_UNKNOWN */
    bool is_work;
    uint8_t stage, sector;           /* reached by it; COOP_NO_MODE: not one of the model's three */
    uint8_t bond, institutionalised; /* of how it stood */
    uint8_t scheme, renewed; /* of a work: who paid; which renewal of a first project, 0: none */
    uint8_t shared;          /* 1: also in another row, with another donor or partner */
    double yen;              /* granted; NaN where no source tells: what is usual */
} coop_past_t;

/* What is known of a body by itself, in the order of the words of record.c. */
enum {
    COOP_FACT_FOUNDED,
    COOP_FACT_MANAGER,
    COOP_FACT_MANDATE,
    COOP_FACT_POLICY,
    COOP_FACT_CONTRIBUTION,
    COOP_FACT_CONSULTATION,
    COOP_FACT_JOINT,
    COOP_FACT_VISITORS,
    COOP_FACT_SEARCHED,
    COOP_FACT_OBSERVED
};
typedef struct {
    uint32_t body, member; /* agents; member SIM_NETWORK_NONE where there is none */
    uint32_t country;      /* place in the file of countries, SIM_NETWORK_NONE: not there */
    int32_t from, until;   /* JFY; a fact without a date holds always */
    uint8_t what;
    double value; /* NaN: none */
} coop_known_fact_t;

/* Order by the first of n keys in which two rows differ. */
static inline int coop_compare(const int64_t *a, const int64_t *b, int n) {
    for (int k = 0; k < n; k++)
        if (a[k] != b[k])
            return a[k] < b[k] ? -1 : 1;
    return 0;
}

enum { COOP_RECORD_TIES, COOP_RECORD_PROJECTS, COOP_RECORD_HISTORIES, COOP_N_RECORDS };

/* The past of pairs is in the order of donor, partner, year, row. */
typedef struct {
    coop_past_t *past, *network; /* network: those of bond network alone */
    coop_known_fact_t *fact;
    uint32_t n_past, n_networks, n_facts;
} coop_record_t;
