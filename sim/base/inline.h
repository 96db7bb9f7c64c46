/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that sim/model.h declares and a room's header has inline, for loops over many agents.
 * The room compiles them once, for those who have only the declaration: before it includes its
 * header it defines SIM_<ROOM>_INLINE as `extern inline`. */
#ifndef SIM_BASE_INLINE_H
#define SIM_BASE_INLINE_H

#define SIM_INLINE extern inline __attribute__((gnu_inline))

#endif
