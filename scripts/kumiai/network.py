# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of ties at the end of a fiscal year: measures, places of its members, change.

Members are agents, an edge is a pair with at least one live tie (several sectors between one
pair are one edge). A tie is live at the end of JFY y if it began before y + 1 and did not end
before y + 1: the stock that the series has in the last step of that year.
"""

import random

import numpy as np
import pandas as pd

from .graphs import igraph

PAIR = ["donor_id", "partner_id"]
# Parts of the world that maps show: west, east, south, north in degrees.
EXTENTS = {"asia": (58, 152, -13, 53), "world": (-180, 180, -56, 75)}
SIDES = {"donors": PAIR[0], "partners": PAIR[1]}  # measure: its end, of networks with two sets of agents
UNITS = {"ties": "ties", "pairs": "pairs", "members": "agents", "donors": "agents", "partners": "agents",
         "density": "share", "reciprocity": "share", "degree_mean": "pairs/agent", "degree_max": "pairs",
         "components": "components", "largest_component": "share", "cut_points": "agents",
         "core": "k", "communities": "communities", "modularity": "index",
         "bridging_top": "share"}


def live(ties, year):
    """The ties that live at the end of a fiscal year."""
    ended = ~ties["terminus_censored"] & (ties["terminus"] < year + 1)
    return ties[(ties["onset"] < year + 1) & ~ended]


def pairs(ties, directed=True):
    """Distinct (donor_id, partner_id) of ties, in order; without a direction the lower number is the first."""
    ends = ties[PAIR].to_numpy(dtype=np.int64)
    return pd.DataFrame(np.unique(ends if directed else np.sort(ends, axis=1), axis=0), columns=PAIR)


def graph(edges):
    """Undirected igraph of pairs; vertex attribute agent_id, in ascending order."""
    agents = np.unique(edges.to_numpy())
    ends = np.searchsorted(agents, edges.to_numpy())
    found = igraph.Graph(n=len(agents), edges=ends.tolist())
    found.vs["agent_id"] = agents.tolist()
    return found.simplify()


def betweenness(found):
    """Betweenness as a share of all pairs of other members, one per vertex."""
    n = found.vcount()
    most = (n - 1) * (n - 2) / 2
    return np.array(found.betweenness()) / most if most > 0 else np.zeros(n)


def communities(found):
    """Communities by the multilevel method (Louvain), the same at every call."""
    igraph.set_random_number_generator(random.Random(1))
    return found.community_multilevel()


def unit(measure):
    """Unit of a measure; those by mode count ties."""
    return UNITS.get(measure, "ties")


def density(edges, one_mode=False, directed=True):
    """Pairs for each that the members could have: n(n - 1) of n agents of one set, half of these without a direction, or
    donors times partners. NaN of none."""
    if one_mode:
        n = len(np.unique(edges.to_numpy()))
        most = n * (n - 1) / (1 if directed else 2)
    else:
        most = edges[PAIR[0]].nunique() * edges[PAIR[1]].nunique()
    return len(edges) / most if most else np.nan


def reciprocity(edges):
    """Share of the pairs of a directed network of one set whose reverse is there, too. NaN of none."""
    agents, ends = np.unique(edges.to_numpy(), return_inverse=True)
    return igraph.Graph(n=len(agents), edges=ends.reshape(-1, 2).tolist(), directed=True).reciprocity()


def order(modes=(), one_mode=False, directed=True):
    """Names of the measures in their order, see measures()."""
    sizes = ["members"] if one_mode else list(SIDES)
    left_out = {"ties", "pairs", "members", *SIDES} | (set() if one_mode and directed else {"reciprocity"})
    rest = [name for name in UNITS if name not in left_out]
    return ["ties", "pairs", *sizes, *(f"ties_{mode}" for mode in modes[1:]), *rest]


def measures(ties, modes=(), one_mode=False, directed=True):
    """Measures of one network of live ties of one run, as a dict by order().

    modes: of the ties; those but the first are counted apart. one_mode: both ends are agents of one set, so that
    there are members in place of donors and partners. directed: ties have a direction, of which degrees, components,
    bridges and communities know nothing. What a network without ties has not is NaN.
    """
    edges = pairs(ties, directed or not one_mode)
    out = dict.fromkeys(order(modes, one_mode, directed), np.nan)
    counted = {"ties": len(ties), "pairs": len(edges), "members": len(np.unique(edges.to_numpy()))} \
        | {side: edges[end].nunique() for side, end in SIDES.items()} \
        | {f"ties_{mode}": int((ties["mode"] == mode).sum()) for mode in modes[1:]}
    out |= {name: value for name, value in counted.items() if name in out}
    if edges.empty:
        return out
    g = graph(edges)
    parts, groups, degree = g.connected_components(), communities(g), g.degree()
    between = betweenness(g)
    if "reciprocity" in out:
        out["reciprocity"] = reciprocity(edges)
    return out | {
        "density": density(edges, one_mode, directed),
        "degree_mean": float(np.mean(degree)), "degree_max": max(degree),
        "components": len(parts), "largest_component": max(parts.sizes()) / g.vcount(),
        "cut_points": len(g.articulation_points()), "core": max(g.coreness()),
        "communities": len(groups), "modularity": groups.modularity,
        "bridging_top": float(between.max())}


def members(ties):
    """Frame by agent_id: degree, betweenness (share), coreness, community of one network."""
    edges = pairs(ties)
    if edges.empty:
        return pd.DataFrame(columns=["degree", "betweenness", "coreness", "community"],
                            index=pd.Index([], name="agent_id"), dtype=float)
    g = graph(edges)
    return pd.DataFrame({"degree": g.degree(), "betweenness": betweenness(g),
                         "coreness": g.coreness(), "community": communities(g).membership},
                        index=pd.Index(g.vs["agent_id"], name="agent_id"))


def change(before, after):
    """Pairs formed, kept and ended between two sets of pairs, and their Jaccard index."""
    one, two = (set(map(tuple, x.to_numpy())) for x in (before, after))
    kept, either = len(one & two), len(one | two)
    return {"formed": len(two - one), "kept": kept, "ended": len(one - two),
            "jaccard": kept / either if either else np.nan}


def _degrees(edges, one_mode):
    """[(side, degrees of its members)]."""
    if one_mode:
        return [("member", pd.Series(graph(edges).degree() if len(edges) else [], dtype=int))]
    return [(side.removesuffix("s"), edges[end].value_counts()) for side, end in SIDES.items()]


def degree_counts(ties, one_mode=False):
    """Number of members by degree and side (donor and partner, or member): frame side, degree, members."""
    rows = []
    for side, degrees in _degrees(pairs(ties), one_mode):
        rows += [(side, int(d), int(n)) for d, n in degrees.value_counts().items()]
    return pd.DataFrame(rows, columns=["side", "degree", "members"]) \
        .astype({"degree": int, "members": int})
