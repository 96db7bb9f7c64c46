/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/identity.h"

#include <gsl/gsl_version.h>
#include <igraph/igraph.h>
#include <stdio.h>
#include <string.h>

#include "kumiai_build.h"
#include "sim/record/program_file.h"
#include "sim/rng/math.h"
#include "sim/schedule/world.h"

static const char one_program[] = "use one program for all of it";
static const char one_system[] = "use the same libraries for all of it";

/* In the order in which differences are looked for. */
static const struct {
    const char *key, *name, *advice;
} part[SIM_RECORD_IDENTITY_PARTS] = {
    {"source_digest", "sources", one_program},
    {"math_version", "mathematics", one_system},
    {"gsl_version", "GSL", one_system},
    {"igraph_version", "igraph", one_system},
};

const char *sim_record_program_version(void) {
    return KUMIAI_VERSION;
}

const char *sim_record_build_id(void) {
    return KUMIAI_BUILD_ID;
}

/* Of what was compiled into this program, its models included; "" when that is not known. */
static void own_sources(char digest[SIM_RECORD_IDENTITY_LONGEST]) {
    char file[SIM_RECORD_PROGRAM_DIGEST] = "";
    if (sim_models == sim_built_in_models)
        snprintf(digest, SIM_RECORD_IDENTITY_LONGEST, "%s", KUMIAI_SOURCE_DIGEST);
    else if (sim_record_program_file(file) == SIM_OK)
        snprintf(digest, SIM_RECORD_IDENTITY_LONGEST, "%.30s+%.32s", KUMIAI_SOURCE_DIGEST, file);
    else
        digest[0] = '\0';
}

const char *sim_record_identity_key(size_t i) {
    return part[i].key;
}

void sim_record_identity(sim_record_identity_t *identity) {
    const char *igraph = NULL;
    char mathematics[SIM_MATH_VERSION], sources[SIM_RECORD_IDENTITY_LONGEST];
    igraph_version(&igraph, NULL, NULL, NULL);
    sim_math_version(mathematics);
    own_sources(sources);
    const char *const value[SIM_RECORD_IDENTITY_PARTS] = {sources, mathematics, gsl_version,
                                                          igraph};
    memset(identity, 0, sizeof *identity); /* it is sent and compared as bytes */
    for (size_t i = 0; i < SIM_RECORD_IDENTITY_PARTS; i++)
        snprintf(identity->value[i], sizeof identity->value[i], "%s", value[i]);
}

bool sim_record_identity_differs(const sim_record_identity_t *theirs,
                                 const sim_record_identity_t *ours, const char *who, char *clause,
                                 size_t size) {
    for (size_t i = 0; i < SIM_RECORD_IDENTITY_PARTS; i++) {
        const char *a = theirs->value[i], *b = ours->value[i];
        if (!*a)
            snprintf(clause, size,
                     "a kumiai that did not record its %s (perhaps an older version), so that its "
                     "results may not match; compute everything again with one program",
                     part[i].name);
        else if (strcmp(a, b) != 0)
            snprintf(clause, size, "%s '%s', %s has '%s'; %s", part[i].name, a, who, b,
                     part[i].advice);
        else
            continue;
        return true;
    }
    return false;
}
