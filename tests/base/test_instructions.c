/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a processor lacks: its bits and the registers that the operating system saves. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/instructions.h"

static char list[128];

static size_t lacks(sim_base_cpu_t cpu, const char *needs) {
    return sim_base_cpu_lacks(&cpu, needs, list, sizeof list);
}

static const sim_base_cpu_t none = {0};
static const sim_base_cpu_t all = {.basic_c = UINT32_MAX,
                                   .more_b = UINT32_MAX,
                                   .more_c = UINT32_MAX,
                                   .latest_a = UINT32_MAX,
                                   .extended_c = UINT32_MAX,
                                   .state = UINT32_MAX};

Test(instructions, nothing_is_needed) {
    cr_expect_eq(lacks(none, ""), 0);
    cr_expect_eq(lacks(none, " sha aes of_the_future"), 0);
    cr_expect_str_empty(list);
}

Test(instructions, names_are_whole_words) {
    cr_expect_eq(lacks(none, " avx512vbmi2"), 1);
    cr_expect_str_eq(list, "avx512vbmi2");
    cr_expect_eq(lacks(none, "avx"), 1);
    cr_expect_eq(lacks(none, " avx2 sse4.2"), 2);
    cr_expect_str_eq(list, "avx2 and sse4.2");
    cr_expect_eq(lacks(none, "bmi fma4 fma"), 3);
    cr_expect_str_eq(list, "fma, fma4 and bmi");
}

Test(instructions, many_are_counted) {
    cr_expect_eq(lacks(none, "sse3 ssse3 sse4.1 sse4.2 avx avx2 avx512f"), 7);
    cr_expect_str_eq(list, "avx512f, avx2, avx, sse4.2 and 3 more");
}

Test(instructions, the_system_must_save_the_registers) {
    const char *needs = " avx512f avx2 fma avx sse4.2 bmi2";
    sim_base_cpu_t cpu = all;
    cr_expect_eq(lacks(cpu, needs), 0);
    cpu.state = 0x6;
    cr_expect_eq(lacks(cpu, needs), 1);
    cr_expect_str_eq(list, "avx512f");
    cpu.state = 0x2;
    cr_expect_eq(lacks(cpu, needs), 4);
    cr_expect_str_eq(list, "avx512f, avx2, fma and avx");
}

Test(instructions, a_bit_is_a_set) {
    sim_base_cpu_t cpu = all;
    cpu.more_b &= ~(UINT32_C(1) << 16);
    cr_expect_eq(lacks(cpu, "avx512f avx512bw avx2"), 1);
    cr_expect_str_eq(list, "avx512f");
}

Test(instructions, a_short_list_is_cut) {
    char small[12];
    sim_base_cpu_t cpu = none;
    cr_expect_eq(sim_base_cpu_lacks(&cpu, "avx512f avx2 avx fma bmi bmi2", small, sizeof small), 6);
    cr_expect(memchr(small, '\0', sizeof small));
}

Test(instructions, this_processor_has_what_the_compiler_was_told_of_it) {
    sim_base_cpu_t cpu = sim_base_cpu();
    const char *needs = ""
#ifdef __AVX512F__
                        " avx512f"
#endif
#ifdef __AVX2__
                        " avx2"
#endif
#ifdef __FMA__
                        " fma"
#endif
#ifdef __BMI2__
                        " bmi2"
#endif
#ifdef __LZCNT__
                        " lzcnt"
#endif
#ifdef __SSE4_2__
                        " sse4.2"
#endif
        ;
    cr_expect_eq(lacks(cpu, needs), 0, "%s", list);
}
