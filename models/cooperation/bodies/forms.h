/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Regional forms of local governments (forms.c): one leads, others act under its lead. */
/* Notes mode and form of a new cooperation tie, which are those of its donor. Call it for every one
 * that is added. */
void coop_forms_mark(sim_world_t *world, uint32_t tie);
/* The tie belongs to a consortium or is led by a prefecture. */
static inline bool coop_forms_several(const sim_world_t *world, uint32_t tie) {
    uint8_t form = world->ties->form[tie];
    return form == COOP_TIE_FORM_CONSORTIUM || form == COOP_TIE_FORM_PREFECTURE_LED;
}
/* Those under the lead of the tie's donor, lowest id first; how many. Room for COOP_MAX_LEAGUE. */
uint32_t coop_forms_members(const sim_world_t *world, uint32_t tie, uint32_t *member);
/* d acts in a form of several with this partner, in the lead or not. */
bool coop_forms_has(const sim_world_t *world, uint32_t d, uint32_t partner);
/* Those of a joint bid that is won may keep together: `tie` of n, the first one's donor leads. In
 * *lead its tie, or a new one that takes its place. */
int coop_forms_after_bid(sim_world_t *world, const uint32_t *tie, uint32_t n, uint32_t *lead);
/* The donor of a tie of several leaves it for this cause: the lead passes, or the last one goes on
 * alone. False when the cause is not the donor's own, or nobody is left: then the tie ends. */
int coop_forms_succeed(sim_world_t *world, uint32_t tie, uint8_t cause, bool *goes_on);
/* Pays a part of the tie's upkeep; the donor pays the rest. Returns the donor's part. */
int64_t coop_forms_share_upkeep(sim_world_t *world, uint32_t tie, int64_t yen);
/* `old` has gone over to `new` in a merger, with those under its lead. */
int coop_forms_move(sim_world_t *world, uint32_t old, uint32_t new);
/* The heir's place under another's lead gives way to `tie`, which comes to it with that partner. */
int coop_forms_give_way(sim_world_t *world, uint32_t heir, uint32_t tie);
int coop_forms_inherit(sim_world_t *world, uint32_t from, uint32_t heir);
int coop_forms_end(sim_world_t *world, uint32_t tie); /* the tie has ended: nobody is left in it */
