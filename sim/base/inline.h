/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How functions are compiled that run over many agents. */
#ifndef SIM_BASE_INLINE_H
#define SIM_BASE_INLINE_H

/* Of a function that sim/model.h declares and a room's header has inline. The room compiles it
 * once, for those who have only the declaration: before it includes its header it defines
 * SIM_<ROOM>_INLINE as `extern inline`. */
#define SIM_INLINE extern inline __attribute__((gnu_inline))

/* Of a loop over columns: compiled once for each width of vectors, of which the program takes the
 * widest that the processor has. All give the same bits. Sanitizers do not start with it. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__)
#define SIM_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define SIM_WIDE
#endif

#endif
