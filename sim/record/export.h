/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes what a results file holds as files that other programs open: tidy tables, tie spells and
 * networks. Reads the file alone: what kinds, modes and columns there are, it tells itself. */
#ifndef SIM_RECORD_EXPORT_H
#define SIM_RECORD_EXPORT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    SIM_EXPORT_CSV,     /* every table, of all runs */
    SIM_EXPORT_GRAPHML, /* one network a run and year */
    SIM_EXPORT_GEXF,    /* one dynamic network a run, and node and edge tables */
    SIM_EXPORT_SPELLS,  /* spells of ties and nodes, of all runs */
    SIM_EXPORT_RSIENA,  /* waves and covariates, by run and kind of tie */
    SIM_EXPORT_GOLDFISH /* dated changes, by run and kind of tie */
} sim_export_format_t;

typedef struct {
    const char *results; /* the file that is read */
    const char *to;      /* the folder; it is there whole or not at all */
    sim_export_format_t format;
    const int64_t *run; /* run_ids; none: a replicate of each scenario, or all runs */
    size_t n_runs;
    int64_t rep;         /* number of the replicate, -1: not asked */
    const int64_t *year; /* of networks and waves; none: all years */
    size_t n_years;
    const char *kind; /* of ties; NULL: all */
    const char *const *enter, *const
                                  *leave; /* kinds of events whose subject begins or ceases to be */
    size_t n_enter, n_leave;
    bool all_agents; /* in networks: also those that never have a tie */
    bool replace;    /* what an earlier export has written into the folder */
    bool bom;        /* a byte order mark at the head of CSV files */
    bool gexf_1_2;   /* for readers that do not know 1.3 */
    const char *const
        *actors; /* of rsiena and goldfish: kinds of agents; none: all that are seen */
    size_t n_actors;
    bool tied; /* in place of these: agents that have a tie in the run */
    const char *command_line;
    const volatile sig_atomic_t *stop; /* may be NULL */
} sim_export_ask_t;

typedef struct {
    size_t files;           /* with the manifest */
    uint64_t runs, of_runs; /* exported, there are */
    char note[1024];        /* what was left out and why; "" */
} sim_export_told_t;

/* SIM_ERR_CONFIG or SIM_ERR_EXISTS, and nothing written: what is asked for cannot be had, `why`
 * says why. SIM_ERR_STORE, SIM_ERR_IO, SIM_ERR_MEMORY, SIM_ERR_INTERRUPTED: nothing is left behind
 * either. Memory does not grow with the file. */
int sim_record_export(const sim_export_ask_t *ask, sim_export_told_t *told, char *why,
                      size_t why_size);

#endif
