/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What few models need beside sim/model.h: draws of many at a time, inline versions of what
 * sim/model.h declares, for loops over many agents where nothing is optimised across files;
 * plausible values and constraints of parameters, named agents, files that are read; directed
 * networks, of one population or between two; spells of ties, measures of networks, who is near
 * whom, and how long ties last; work that a commit shares among threads. */
#ifndef SIM_MORE_H
#define SIM_MORE_H

#include "sim/model.h"

#ifdef __cplusplus
#include <pthread.h> /* C++ must not read it as C */
extern "C" {
#endif

#include "sim/base/arena.h"
#include "sim/network/arcs.h"
#include "sim/network/graph.h"
#include "sim/network/measures.h"
#include "sim/network/near.h"
#include "sim/network/survival.h"
#include "sim/network/ties.h"
#include "sim/param/param.h"
#include "sim/param/table.h"
#include "sim/rng/math.h"
#include "sim/rng/rng.h"
#include "sim/schedule/hooks.h"
#include "sim/state/table.h"

#ifdef __cplusplus
}
#endif

#endif
