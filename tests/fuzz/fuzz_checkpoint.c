/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints: the first byte chooses a model, the rest are edits of an image of it; its checksum
 * is made to fit, as by somebody who means ill or a bug of the writer. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/checkpoint/image.h"
#include "sim/record/replicate.h"
#include "tests/fuzz/fuzz.h"

enum { MODELS = 2, SIZE_AT = 16, HEAD = 24, SUM = 16 };

static struct {
    sim_config_t *config;
    void *shared;
    sim_checkpoint_image_t image;
    sim_checkpoint_identity_t identity;
} known[MODELS];

static void begin(size_t m, sim_world_t *world, sim_record_t *record) {
    const sim_config_t *c = known[m].config;
    sim_schedule_clock_t clock = {(int32_t)c->run.start_year, (int32_t)c->run.steps_per_year,
                                  (int32_t)c->run.steps, 0};
    memset(world, 0, sizeof *world);
    memset(record, 0, sizeof *record);
    if (sim_record_begin(record, c->model, &clock, SIM_DETAIL_FULL))
        fuzz_fail("no record", "");
    world->record = record;
    if (sim_world_init(world, c, known[m].shared, 0, 1))
        fuzz_fail("no world", world->note);
}

static int steps(sim_world_t *world, sim_record_t *record, int n) {
    int rc = 0;
    for (int i = 0; i < n && rc == 0 && world->clock.step < world->clock.steps; i++) {
        int32_t step = world->clock.step;
        rc = sim_world_step(world);
        if (rc == 0)
            rc = world->model->observe(world, sim_record_step(record, step));
        record->steps = step + 1;
    }
    return rc;
}

static void make(size_t m) {
    static const char *const text[MODELS] = {
        "model = \"contagion\"; run = { steps = 12; seed = 3; steps_per_year = 4; };\n"
        "contagion = { agents = 60; initial_share = 0.2; };",
        "model = \"cooperation\"; run = { years = 3; steps_per_year = 4; start_year = 2012; };\n"
        "population = { local_governments = \"lg.csv\"; countries = \"co.csv\";\n"
        "  partner_cities = \"pc.csv\"; cooperatives = \"cp.csv\";\n"
        "  cooperative_members = \"cm.csv\"; };\n"};
    sim_world_t world;
    sim_record_t record;
    known[m].config = fuzz_load(text[m], &known[m].shared);
    known[m].identity = (sim_checkpoint_identity_t){known[m].config->model->name,
                                                    known[m].config->digest, 0, SIM_DETAIL_FULL, 0};
    begin(m, &world, &record);
    if (steps(&world, &record, 8) ||
        sim_checkpoint_save(&world, &known[m].identity, &known[m].image))
        fuzz_fail("no image", world.note);
    sim_record_clear(&record);
    sim_world_free(&world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    size_t m = size ? data[0] % MODELS : 0;
    sim_base_why_t why;
    int32_t step;
    sim_world_t world;
    sim_record_t record;
    XXH128_canonical_t sum;
    if (!known[m].config)
        make(m);
    const sim_checkpoint_image_t *good = &known[m].image;
    sim_checkpoint_image_t image = {malloc(good->size), good->size, good->size};
    if (!image.bytes)
        return 0;
    memcpy(image.bytes, good->bytes, good->size);
    fuzz_edit(image.bytes, HEAD, image.size - SUM,
              (fuzz_piece_t){data + (size > 0), size ? size - 1 : 0});
    XXH128_canonicalFromHash(&sum, XXH3_128bits(image.bytes, image.size - SUM));
    memcpy(image.bytes + image.size - SUM, sum.digest, SUM);
    if (sim_checkpoint_check(&image, &known[m].identity, &step, &why) == 0) {
        begin(m, &world, &record);
        if (sim_checkpoint_load(&world, &image) == 0 && sim_world_verify(&world) == 0)
            (void)steps(&world, &record, 4);
        sim_record_clear(&record);
        sim_world_free(&world);
    }
    sim_checkpoint_image_free(&image);
    return 0;
}
