/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/record/program_file.h"

#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <xxhash.h>

#include "sim/schedule/world.h"

enum { CHUNK = 1 << 16 };

static int hash_file(XXH3_state_t *hash, const char *path) {
    char bytes[CHUNK];
    FILE *file = fopen(path, "rb");
    if (!file)
        return SIM_ERR_IO;
    for (size_t n = 0; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        XXH3_128bits_update(hash, bytes, n);
    int rc = ferror(file) ? SIM_ERR_IO : SIM_OK;
    fclose(file);
    return rc;
}

static bool holds(const struct dl_phdr_info *object, const void *what) {
    for (int s = 0; s < object->dlpi_phnum; s++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[s];
        uintptr_t first = object->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && (uintptr_t)what - first < segment->p_memsz)
            return true;
    }
    return false;
}

static bool holds_a_model(const struct dl_phdr_info *object) {
    for (size_t i = 0; sim_models[i]; i++)
        if (holds(object, sim_models[i]) || holds(object, sim_models[i]->phases))
            return true;
    return false;
}

typedef struct {
    XXH3_state_t *hash;
    int rc;
} reading_t;

/* The program itself has no name in this list. The order is that of loading, which is fixed. */
static int read_library(struct dl_phdr_info *object, size_t size, void *user) {
    reading_t *reading = user;
    (void)size;
    if (object->dlpi_name[0] && holds_a_model(object))
        reading->rc = hash_file(reading->hash, object->dlpi_name);
    return reading->rc;
}

int sim_record_program_file(char digest[SIM_RECORD_PROGRAM_DIGEST]) {
    reading_t reading = {XXH3_createState(), SIM_OK};
    digest[0] = '\0';
    if (!reading.hash)
        return SIM_ERR_MEMORY;
    XXH3_128bits_reset(reading.hash);
    reading.rc = hash_file(reading.hash, "/proc/self/exe");
    if (reading.rc == SIM_OK)
        (void)dl_iterate_phdr(read_library, &reading);
    if (reading.rc == SIM_OK) {
        XXH128_hash_t hash = XXH3_128bits_digest(reading.hash);
        snprintf(digest, SIM_RECORD_PROGRAM_DIGEST, "%016llx%016llx",
                 (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    }
    XXH3_freeState(reading.hash);
    return reading.rc;
}
