/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIM_CLONES before a function: it is compiled for several kinds of x86-64, and the loader picks
 * the newest that the processor can run. For loops that compilers turn into vectors, over many
 * elements a call, since what is picked cannot be inlined; all clones give the same bits, as
 * nothing is fused or reordered (-ffp-contract=off). Measure before and after. */
#ifndef SIM_BASE_CLONES_H
#define SIM_BASE_CLONES_H

#ifdef __has_feature
#define SIM_CLONES_FEATURE(name) __has_feature(name)
#else
#define SIM_CLONES_FEATURE(name) 0
#endif

/* The loader picks before a sanitizer is ready. */
#if defined __x86_64__ && defined __gnu_linux__ && defined __OPTIMIZE__ &&                         \
    !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__ && !defined __AVX512F__ &&       \
    !SIM_CLONES_FEATURE(address_sanitizer) && !SIM_CLONES_FEATURE(thread_sanitizer)
#define SIM_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SIM_CLONES
#endif

#endif
