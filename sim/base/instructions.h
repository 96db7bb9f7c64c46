/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this processor is, and whether it has the instructions that a program was compiled for.
 * Compiled for the oldest processor of its kind, as all that runs before the answer is known. */
#ifndef SIM_BASE_INSTRUCTIONS_H
#define SIM_BASE_INSTRUCTIONS_H

#include <stddef.h>
#include <stdint.h>

/* What the instruction CPUID of x86 tells. All 0 for other processors. */
typedef struct {
    uint32_t basic_c;        /* leaf 1, register ecx */
    uint32_t more_b, more_c; /* leaf 7, ebx and ecx */
    uint32_t latest_a;       /* leaf 7, subleaf 1, eax */
    uint32_t extended_c;     /* leaf 0x80000001, ecx */
    uint32_t state;          /* XCR0: registers that the operating system saves */
} sim_base_cpu_t;

/* This processor. */
sim_base_cpu_t sim_base_cpu(void);

/* How many of the instruction sets that `needs` names ("avx512f avx2 fma", as gcc does) the
 * processor or its operating system lacks; names that it does not know count for nothing. `list` is
 * made of those: "avx512f, avx2, fma, avx and 7 more". */
size_t sim_base_cpu_lacks(const sim_base_cpu_t *cpu, const char *needs, char *list, size_t size);

/* Its name and the level of its instructions, for people: "Intel(R) Xeon(R) Processor, x86-64-v4".
 */
enum { SIM_BASE_CPU_NAME = 80 };
void sim_base_cpu_name(char name[SIM_BASE_CPU_NAME]);

#endif
