/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay FOLDER...: feeds every file of the folders to the harness. A fault ends the process. */
#define _GNU_SOURCE /* scandir */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static void feed(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (!file || !bytes)
        fuzz_fail("cannot read", path);
    size_t size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    uint8_t *exact = malloc(size ? size : 1); /* so that a read past its end is seen */
    if (!exact)
        fuzz_fail("no memory", path);
    memcpy(exact, bytes, size);
    free(bytes);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv) {
    int n = 0;
    for (int i = 1; i < argc; i++) {
        struct dirent **entry = NULL;
        int entries = scandir(argv[i], &entry, NULL, alphasort);
        for (int k = 0; k < entries; k++) {
            char path[1024];
            snprintf(path, sizeof path, "%s/%s", argv[i], entry[k]->d_name);
            if (entry[k]->d_name[0] != '.' && ++n)
                feed(path);
            free(entry[k]);
        }
        free(entry);
    }
    printf("%d inputs\n", n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
