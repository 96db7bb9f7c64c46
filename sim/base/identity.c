/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/identity.h"

#include <gsl/gsl_version.h>
#include <igraph/igraph.h>
#include <stdio.h>
#include <string.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "kumiai_build.h"

static const char one_program[] = "use one program for all of it";
static const char one_system[] = "use the same libraries for all of it";

/* In the order in which differences are looked for: the source digest, which sums up the build,
 * comes last, so that what differs is named. */
static const struct {
    const char *key, *name, *advice;
} part[SIM_BASE_IDENTITY_PARTS] = {
    {"sources", "sources", one_program},
    {"compiler", "compiler", one_program},
    {"flags", "flags", one_program},
    {"instruction_set", "instruction set",
     "use one program for all of it, such as one built with -D KUMIAI_NATIVE=OFF"},
    {"random123", "Random123", one_program},
    {"gsl_version", "GSL", one_system},
    {"igraph_version", "igraph", one_system},
    {"c_library", "C library", one_system},
    {"math_class", "math class",
     "functions such as log() give other last bits on another kind of processor; use processors of "
     "one kind for all of it"},
    {"source_digest", "source digest", one_program},
};

const char *sim_base_version(void) {
    return KUMIAI_VERSION;
}

const char *sim_base_build_id(void) {
    return KUMIAI_BUILD_ID;
}

const char *sim_base_source_digest(void) {
    return KUMIAI_SOURCE_DIGEST;
}

const char *sim_base_identity_key(size_t i) {
    return part[i].key;
}

/* What the compiler was allowed to use: of -march=native the flags do not tell. */
static const char *instruction_set(void) {
#if defined __AVX512F__ && defined __AVX512BW__ && defined __AVX512DQ__ && defined __AVX512VL__
    return "x86-64-v4";
#elif defined __AVX2__ && defined __FMA__ && defined __BMI2__
    return "x86-64-v3";
#elif defined __SSE4_2__ && defined __POPCNT__
    return "x86-64-v2";
#elif defined __x86_64__
    return "x86-64";
#elif defined __aarch64__
    return "aarch64";
#else
    return "other";
#endif
}

static void c_library(char *text, size_t size) {
#ifdef __GLIBC__
    snprintf(text, size, "glibc %s", gnu_get_libc_version());
#else
    snprintf(text, size, "other");
#endif
}

void sim_base_identity(sim_base_identity_t *identity) {
    const char *igraph = NULL;
    char library[64], math[SIM_BASE_MATH_CLASS];
    igraph_version(&igraph, NULL, NULL, NULL);
    c_library(library, sizeof library);
    sim_base_math_class(math);
    const char *const value[SIM_BASE_IDENTITY_PARTS] = {KUMIAI_SOURCES,
                                                        KUMIAI_COMPILER,
                                                        KUMIAI_RESULT_FLAGS,
                                                        instruction_set(),
                                                        KUMIAI_RANDOM123,
                                                        gsl_version,
                                                        igraph,
                                                        library,
                                                        math,
                                                        KUMIAI_SOURCE_DIGEST};
    memset(identity, 0, sizeof *identity); /* it is sent and compared as bytes */
    for (size_t i = 0; i < SIM_BASE_IDENTITY_PARTS; i++)
        snprintf(identity->value[i], sizeof identity->value[i], "%s", value[i]);
}

/* Where to begin to show two texts: at the word that differs, when they are long. */
static size_t beginning(const char *a, const char *b) {
    enum { LONG = 120 };
    size_t same = 0;
    if (strlen(a) <= LONG && strlen(b) <= LONG)
        return 0;
    while (a[same] && a[same] == b[same])
        same++;
    while (same > 0 && a[same - 1] != ' ')
        same--;
    return same;
}

bool sim_base_identity_differs(const sim_base_identity_t *theirs, const sim_base_identity_t *ours,
                               const char *who, char *clause, size_t size) {
    for (size_t i = 0; i < SIM_BASE_IDENTITY_PARTS; i++) {
        const char *a = theirs->value[i], *b = ours->value[i];
        size_t from = beginning(a, b);
        if (!*a)
            snprintf(clause, size,
                     "a kumiai that did not record its %s (perhaps an older version), so that its "
                     "results may not match; compute everything again with one program",
                     part[i].name);
        else if (strcmp(a, b) != 0)
            snprintf(clause, size, "%s '%.120s', %s has '%.120s'; %s", part[i].name, a + from, who,
                     b + from, part[i].advice);
        else
            continue;
        return true;
    }
    return false;
}
