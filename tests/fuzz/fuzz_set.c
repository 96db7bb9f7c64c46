/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --set: the first byte chooses a scenario, every line is a setting. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { MOST = 64, SCENARIOS = 3 };
    static const char *const scenario[SCENARIOS] = {KUMIAI_SOURCE_DIR "/scenarios/none.cfg",
                                                    KUMIAI_SOURCE_DIR "/scenarios/contagion.cfg",
                                                    KUMIAI_SOURCE_DIR "/tests/data/tiny/tiny.cfg"};
    const char *set[MOST + 1] = {NULL};
    size_t n = 0;
    sim_config_t *config = NULL;
    sim_base_diag_t diag;
    char *text = size > 0 && size <= 8192 ? malloc(size + 1) : NULL;
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *at = text + 1; at && n < MOST && size > 1;) {
        set[n++] = at;
        at = strchr(at, '\n');
        if (at)
            *at++ = '\0';
    }
    sim_base_diag_init(&diag);
    int rc = sim_param_config_load(scenario[data[0] % SCENARIOS], set, &diag, &config);
    fuzz_check_problems(rc, &diag);
    if (config)
        fuzz_check_echo(config);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
    free(text);
    return 0;
}
