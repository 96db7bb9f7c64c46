/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/instructions.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum { SHOWN = 4 };

/* Registers that must be saved when threads take turns: those of AVX, and of AVX-512. */
enum { NONE = 0, AVX = 0x6, AVX512 = 0xe6 };
enum { HAS_XGETBV = 1u << 27 };

typedef struct {
    const char *name;
    size_t word; /* of sim_base_cpu_t */
    unsigned bit;
    uint32_t state;
} set_t;

#define WORD(member) offsetof(sim_base_cpu_t, member)
static const set_t sets[] = {{"avx512f", WORD(more_b), 16, AVX512},
                             {"avx512dq", WORD(more_b), 17, AVX512},
                             {"avx512ifma", WORD(more_b), 21, AVX512},
                             {"avx512cd", WORD(more_b), 28, AVX512},
                             {"avx512bw", WORD(more_b), 30, AVX512},
                             {"avx512vl", WORD(more_b), 31, AVX512},
                             {"avx512vbmi", WORD(more_c), 1, AVX512},
                             {"avx512vbmi2", WORD(more_c), 6, AVX512},
                             {"avx512vnni", WORD(more_c), 11, AVX512},
                             {"avx512bitalg", WORD(more_c), 12, AVX512},
                             {"avx512vpopcntdq", WORD(more_c), 14, AVX512},
                             {"avx2", WORD(more_b), 5, AVX},
                             {"fma", WORD(basic_c), 12, AVX},
                             {"avx", WORD(basic_c), 28, AVX},
                             {"avxvnni", WORD(latest_a), 4, AVX},
                             {"fma4", WORD(extended_c), 16, AVX},
                             {"xop", WORD(extended_c), 11, AVX},
                             {"gfni", WORD(more_c), 8, NONE},
                             {"bmi2", WORD(more_b), 8, NONE},
                             {"bmi", WORD(more_b), 3, NONE},
                             {"tbm", WORD(extended_c), 21, NONE},
                             {"lzcnt", WORD(extended_c), 5, NONE},
                             {"movbe", WORD(basic_c), 22, NONE},
                             {"popcnt", WORD(basic_c), 23, NONE},
                             {"sse4.2", WORD(basic_c), 20, NONE},
                             {"sse4.1", WORD(basic_c), 19, NONE},
                             {"ssse3", WORD(basic_c), 9, NONE},
                             {"sse3", WORD(basic_c), 0, NONE}};

sim_base_cpu_t sim_base_cpu(void) {
    sim_base_cpu_t cpu = {0};
#if defined(__x86_64__)
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d))
        cpu.basic_c = c;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        cpu.more_b = b;
        cpu.more_c = c;
        if (a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d))
            cpu.latest_a = a;
    }
    if (__get_cpuid(0x80000001, &a, &b, &c, &d))
        cpu.extended_c = c;
    if (cpu.basic_c & HAS_XGETBV) {
        __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
        cpu.state = a;
    }
#endif
    return cpu;
}

static bool has(const sim_base_cpu_t *cpu, const set_t *set) {
    uint32_t word;
    memcpy(&word, (const char *)cpu + set->word, sizeof word);
    return (word >> set->bit & 1) && (cpu->state & set->state) == set->state;
}

static bool is_needed(const char *needs, const char *name) {
    size_t length = strlen(name);
    for (const char *at = strstr(needs, name); at; at = strstr(at + 1, name))
        if ((at == needs || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

size_t sim_base_cpu_lacks(const sim_base_cpu_t *cpu, const char *needs, char *list, size_t size) {
    const char *lacking[sizeof sets / sizeof sets[0]];
    size_t n = 0, used = 0;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (is_needed(needs, sets[i].name) && !has(cpu, &sets[i]))
            lacking[n++] = sets[i].name;
    list[0] = '\0';
    size_t shown = n > SHOWN + 1 ? SHOWN : n; /* "and 1 more" is no shorter than its name */
    for (size_t i = 0; i < shown && used < size; i++) {
        const char *joint = i == 0 ? "" : i + 1 < n ? ", " : " and ";
        used += (size_t)snprintf(list + used, size - used, "%s%s", joint, lacking[i]);
    }
    if (shown < n && used < size)
        snprintf(list + used, size - used, " and %zu more", n - shown);
    return n;
}

/* ---- for people ---- */

static const char *level_of(const sim_base_cpu_t *cpu) {
#if defined(__x86_64__)
    static const char *const level[][2] = {
        {"x86-64-v4", "avx512f avx512bw avx512cd avx512dq avx512vl avx2 bmi bmi2 fma lzcnt movbe"},
        {"x86-64-v3", "avx avx2 bmi bmi2 fma lzcnt movbe"},
        {"x86-64-v2", "popcnt sse3 ssse3 sse4.1 sse4.2"}};
    char list[128];
    for (size_t i = 0; i < sizeof level / sizeof *level; i++)
        if (sim_base_cpu_lacks(cpu, level[i][1], list, sizeof list) == 0)
            return level[i][0];
    return "x86-64";
#elif defined(__aarch64__)
    (void)cpu;
    return "arm64";
#else
    (void)cpu;
    return "another kind";
#endif
}

void sim_base_cpu_name(char name[SIM_BASE_CPU_NAME]) {
    const sim_base_cpu_t cpu = sim_base_cpu();
    char brand[49] = "";
#if defined(__x86_64__)
    const unsigned first = 0x80000002;
    unsigned word[12] = {0};
    for (unsigned i = 0; i < 3; i++)
        if (!__get_cpuid(first + i, &word[4 * i], &word[4 * i + 1], &word[4 * i + 2],
                         &word[4 * i + 3]))
            break;
    memcpy(brand, word, sizeof word);
#endif
    const char *start = brand + strspn(brand, " ");
    snprintf(name, SIM_BASE_CPU_NAME, "%s%s%s", start, *start ? ", " : "", level_of(&cpu));
}
