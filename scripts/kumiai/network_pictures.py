# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the network: maps, degrees, core and bridges, change."""

import random

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from kumiai.results import words, year_words

from . import coast, network, style
from .graphs import igraph
from .style import plt

JAPAN = (127.5, 146.5, 30.0, 46.0)
STANDARD_PARALLEL = {"asia": 25, "world": 30}
LAND, SEA, SHORE = style.LAND, "#FFFFFF", style.SHORE
OTHER = "#555555"  # ties without a mode
# Marker, colour, kinds of agents and their word; the first is for all kinds that the others do not name.
DOTS = (("o", style.INK, (), ""), ("s", style.INK, ("cooperative",), "cooperative"),
        ("^", style.REFERENCE, ("partner_city", "partner_association"), "partner"))
ABROAD = DOTS[2][2]
GOVERNMENTS = {"prefecture", "municipality", "special_ward"}
FEWEST_SHARE = 0.005
NAMED = 6


# ---- maps ----


def _ground(ax, outlines, extent, parallel):
    """Land and frame of a map, equirectangular with one true parallel."""
    ax.set_facecolor(SEA)
    ax.add_collection(PolyCollection(coast.within(outlines, extent), facecolor=LAND,
                                     edgecolor=SHORE, linewidth=0.4, zorder=0))
    ax.set_xlim(*extent[:2])
    ax.set_ylim(*extent[2:])
    ax.set_aspect(1 / np.cos(np.radians(parallel)))
    ax.set_xticks([])
    ax.set_yticks([])


def _lines(ax, edges, agents):
    """Ties as lines by mode; the darker, the more replicates have them."""
    place = agents[["lon", "lat"]]
    for mode, group in edges.groupby(edges["mode"].fillna("other")):
        ends = [place.reindex(group[c]).to_numpy() for c in network.PAIR]
        strength, rare = group["share_of_runs"].to_numpy(), mode == "regional"
        colour = style.MODE_COLOUR.get(mode, OTHER)
        # Regional ties are few: paler than this they would drown among the others.
        ax.add_collection(LineCollection(
            np.stack(ends, axis=1), colors=colour, alpha=np.clip(strength, 0.5 if rare else 0.04, 0.7),
            linewidths=0.5 + 0.4 * strength + 0.4 * rare, zorder=3 if rare else 2,
            linestyles=style.MODE_DASH.get(mode, "-")))


def _weights(edges):
    """Mean number of partners of every member, as a Series by agent_id."""
    both = [edges.groupby(c)["share_of_runs"].sum() for c in network.PAIR]
    return both[0].add(both[1], fill_value=0)


def _dots(ax, weights, agents):
    """Members, greater with more partners; cities round, cooperatives square, partners pointed."""
    shown = agents.reindex(weights.index)
    marked = [kind for _, _, kinds, _ in DOTS for kind in kinds]
    for marker, colour, kinds, _ in DOTS:
        mine = shown["kind"].isin(kinds) if kinds else ~shown["kind"].isin(marked)
        ax.scatter(shown["lon"][mine], shown["lat"][mine], s=5 + 8 * weights[mine], marker=marker,
                   facecolor=colour, edgecolor="white", linewidth=0.3, zorder=4)


def _apart(point, others):
    """Whether a name at a point (in points of print) leaves the others legible."""
    return all(abs(point[0] - x) > 52 or abs(point[1] - y) > 9 for x, y in others)


def _is_under(at, inset):
    """Whether a name that begins at a point (in pixels) would reach under the inset."""
    box = inset.get_window_extent()
    return at[0] + 52 * inset.figure.dpi / 72 > box.x0 and at[1] < box.y1


def _names(ax, weights, agents, extent, most, inset=None):
    """Names of the members with most partners inside the map, as far as they do not overlap."""
    shown = agents.reindex(weights.index)
    inside = shown["lon"].between(*extent[:2]) & shown["lat"].between(*extent[2:])
    placed = []
    for agent in weights[inside].sort_values(ascending=False).index[:4 * most]:
        place = shown.loc[agent, ["lon", "lat"]].to_numpy(dtype=float)
        pixels = ax.transData.transform(place)
        if inset is not None and _is_under(pixels, inset):
            continue
        at = pixels * 72 / ax.figure.dpi
        if len(placed) < most and _apart(at, placed):
            placed.append(at)
            ax.annotate(str(shown.loc[agent, "name"]), place, xytext=(4, 3), fontsize=7, zorder=6,
                        textcoords="offset points", path_effects=style.halo())


def _map_legend(ax, edges, kinds):
    """What lines and dots mean; edges: those drawn, kinds: of their agents."""
    lines = [Line2D([], [], color=style.MODE_COLOUR.get(m, OTHER), linestyle=style.MODE_DASH.get(m, "-"),
                    label=f"{words(m)} tie") for m in sorted(edges["mode"].dropna().unique())]
    others = sorted(set(kinds.dropna()) - {kind for _, _, known, _ in DOTS for kind in known})
    round_ones = "local government" if set(others) <= GOVERNMENTS else ", ".join(map(words, others[:3]))
    dots = [Line2D([], [], color=c, marker=m, linestyle="", markersize=5, label=what or round_ones)
            for m, c, known, what in DOTS if (set(known) & set(kinds) if known else others)]
    ax.legend(handles=lines + dots, loc="lower left", fontsize=7, framealpha=0.9, edgecolor="none")


def _map_title(edges, agents, year, scenario):
    """How many ties, and where they go."""
    total = edges["share_of_runs"].sum()
    by_mode = edges.groupby(edges["mode"].astype(object))["share_of_runs"].sum()
    parts = "".join(f", {style.number(value)} of them {words(mode)}" for mode, value in list(by_mode.items())[1:])
    per = "" if scenario.n == 1 else " on average"
    region = agents["region"].reindex(edges["partner_id"]).to_numpy()
    by_region = edges["share_of_runs"].groupby(region).sum()
    where = f", {style.percent(by_region.max() / total)} with {words(by_region.idxmax())}" \
        if total and len(by_region) else ""
    return (f"End of {year_words(scenario, year)}, {words(scenario.label)}: {style.number(total)} tied pairs"
            f"{per}{parts}{where}")


def _inset(ax, extent, agents, weights):
    """A part of the map for Japan enlarged, None where none of the members is there."""
    west, east, south, north = JAPAN
    shown = agents.reindex(weights.index)
    if not (shown["lon"].between(west, east) & shown["lat"].between(south, north)).any():
        return None
    return ax.inset_axes([0.755, 0.0, 0.245, 0.44] if extent == "asia" else [0.8, 0.0, 0.2, 0.42])


def _name_inset(inset, weights, agents):
    """Names inside the enlarged part."""
    _names(inset, weights, agents, JAPAN, NAMED)
    inset.text(0.03, 0.96, "Japan", transform=inset.transAxes, fontsize=8, va="top", zorder=7,
               path_effects=style.halo())


def map_of(edges, agents, year, extent, scenario, path):
    """Map of one year's ties with Japan enlarged; edges as of network.py's network_ties.csv."""
    outlines, box = coast.rings(), network.EXTENTS[extent]
    fig, ax = plt.subplots(figsize=(11, 8.6))
    fig.subplots_adjust(left=0.01, right=0.99, top=0.91, bottom=0.05)
    edges = edges[edges["share_of_runs"] >= FEWEST_SHARE]
    weights = _weights(edges)
    inset = _inset(ax, extent, agents, weights)
    for axis, window, parallel in ((ax, box, STANDARD_PARALLEL[extent]), (inset, JAPAN, 37)):
        if axis is not None:
            _ground(axis, outlines, window, parallel)
            _lines(axis, edges, agents)
            _dots(axis, weights, agents)
    fig.canvas.draw()  # places are known from here on
    kinds = agents["kind"].reindex(weights.index)
    outside = kinds.isin(ABROAD) if inset is not None else kinds.notna()
    _names(ax, weights[outside], agents, box, NAMED + 4, inset)
    if inset is not None:
        _name_inset(inset, weights[~outside], agents)
    _map_legend(ax, edges, kinds)
    note = "dots grow with the number of partners; coast lines: Natural Earth (public domain)"
    if scenario.n > 1:
        note = ("the darker a line, the more replicates have the tie (regional ones always "
                "clearly drawn); " + note)
    style.finish(fig, _map_title(edges, agents, year, scenario), [scenario], path, note)


# ---- degrees ----


def _at_least(group):
    """Share of members with at least each degree, mean over replicates."""
    group = group.sort_values("degree")
    total = group["mean"].sum()
    return group["degree"], group["mean"][::-1].cumsum()[::-1] / total


def degrees(frame, scenario, path):
    """Share of members with at least so many partners, a panel per side, a line per year."""
    sides, found = list(dict.fromkeys(frame["side"])), []
    fig, axes = plt.subplots(1, len(sides), figsize=(5 * len(sides), 4.8), sharey=True, squeeze=False)
    axes = axes[0]
    for ax, side in zip(axes, sides):
        mine = frame[frame["side"] == side]
        for i, (year, group) in enumerate(mine.groupby("year")):
            ax.plot(*_at_least(group), color=style.PALETTE[i % 8], linestyle=style.DASHES[i % 8],
                    marker=style.MARKERS[i % 8], markersize=3.5, linewidth=1.2, label=year_words(scenario, year))
        style.plain(ax)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.xaxis.set_major_formatter(plt.FuncFormatter(lambda x, _: f"{x:g}"))
        ax.yaxis.set_major_formatter(plt.FuncFormatter(lambda y, _: f"{100 * y:g} %"))
        ax.set_title(f"{side}s", fontsize=10)
        ax.set_xlabel("number of partners, at least", fontsize=9)
        last = mine[mine["year"] == mine["year"].max()]
        if len(last):
            single = last.loc[last["degree"] == 1, "mean"].sum() / last["mean"].sum()
            found.append(f"{style.percent(single)} of {side}s")
    axes[0].set_ylabel("share of those with any", fontsize=9)
    axes[0].legend(fontsize=8, frameon=False)
    fig.tight_layout(rect=(0, 0.05, 1, 0.87))
    year = frame["year"].max()
    style.finish(fig, f"At the end of {year_words(scenario, year)} {' and '.join(found)} have a single partner "
                 f"({words(scenario.label)})", [scenario], path,
                 "means over the replicates, logarithmic scales; intervals: network_degrees.csv")


# ---- core and bridges ----


def _layout(g):
    """Force-directed places, the same at every call."""
    random.seed(1)
    igraph.set_random_number_generator(random)
    return np.array(g.layout_fruchterman_reingold(niter=800).coords)


def _core_panel(ax, edges, agents, when):
    """One network: communities by colour and marker, bridges large and named."""
    g = network.graph(edges)
    places, between = _layout(g), network.betweenness(g)
    groups = network.communities(g)
    order = np.argsort(-np.array(groups.sizes()), kind="stable")
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order))
    belongs = rank[np.array(groups.membership)]
    ax.add_collection(LineCollection(places[np.array(g.get_edgelist())], colors="#999999",
                                     linewidths=0.5, alpha=0.7, zorder=1))
    for c in range(min(8, len(order))):
        mine = belongs == c
        ax.scatter(*places[mine].T, s=10 + 900 * between[mine], marker=style.MARKERS[c], zorder=2,
                   facecolor=style.PALETTE[c], edgecolor="#444444", linewidth=0.3)
    small = belongs >= 8
    ax.scatter(*places[small].T, s=8, color="#BBBBBB", zorder=1.5)
    ids = np.array(g.vs["agent_id"])
    for v in np.argsort(-between)[:5]:
        if between[v] > 0:
            ax.annotate(str(agents["name"].get(ids[v], ids[v])), places[v], xytext=(4, 4),
                        textcoords="offset points", fontsize=7, path_effects=style.halo(), zorder=5)
    ax.set_title(f"{when}: {g.vcount()} members, {len(groups)} communities, modularity "
                 f"{groups.modularity:.2f}", fontsize=9)
    ax.set_axis_off()


def core(example, agents, members, scenario, path):
    """Networks of one replicate by year; bridges named by the mean over all replicates above."""
    shown = {year: edges for year, edges in example.items() if len(edges)}
    fig, axes = plt.subplots(1, max(1, len(shown)), figsize=(max(6, 5 * len(shown)), 6),
                             squeeze=False)
    for ax, (year, edges) in zip(axes.flat, shown.items()):
        _core_panel(ax, edges, agents, year_words(scenario, year))
    fig.tight_layout(rect=(0, 0.06, 1, 0.87))
    last = members[members["year"] == members["year"].max()]
    top = last.iloc[0] if len(last) else None
    title = "No ties at these years" if top is None else (
        f"{top['name']} bridges most at the end of {year_words(scenario, top['year'])}: on "
        f"{style.percent(top['betweenness'])} of the shortest paths"
        f"{'' if scenario.n == 1 else ', mean over the replicates'}")
    rep = scenario.runs["rep"].iloc[0]
    style.finish(fig, title, [scenario], path, f"drawn: replicate {rep}; size: betweenness; colour "
                 "and form: the eight largest communities (multilevel method), the others small and "
                 "grey")


# ---- change ----


def changes(frame, scenario, path):
    """Pairs kept, ended and formed between the years, with the Jaccard index."""
    spans = list(dict.fromkeys(zip(frame["from"], frame["to"])))
    fig, ax = plt.subplots(figsize=(8.5, 2.2 + 0.75 * len(spans)))
    parts = (("ended", -1, style.FAINT, "\\\\"), ("kept", 1, style.REFERENCE, ""), ("formed", 1, style.ACCENT, "//"))
    for i, span in enumerate(spans):
        mine = frame[(frame["from"] == span[0]) & (frame["to"] == span[1])].set_index("measure")
        edge = 0.0
        for name, sign, colour, hatch in parts:
            size = mine.loc[name, "mean"]
            ax.barh(i, sign * size, left=edge if sign > 0 else 0, height=0.55, color=colour,
                    hatch=hatch, edgecolor="white", label=name if i == 0 else None)
            ax.text((edge if sign > 0 else 0) + sign * size / 2, i, style.number(size), va="center",
                    ha="center", fontsize=8, path_effects=style.halo())
            edge += size if sign > 0 else 0
    style.plain(ax)
    ax.axvline(0, color="#333333", linewidth=1)
    ax.set_yticks(range(len(spans)), [f"{a} to {b}" for a, b in spans])
    ax.set_ylim(len(spans) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(plt.FuncFormatter(lambda x, _: f"{abs(x):g}"))
    ax.set_xlabel("pairs: left of 0 gone, right of 0 there at the later year", fontsize=9)
    height = fig.get_size_inches()[1]
    ax.legend(fontsize=8, frameon=False, ncol=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    fig.tight_layout(rect=(0, 0.3 / height, 1, 1 - 0.7 / height))
    last = frame[(frame["from"] == spans[-1][0]) & (frame["to"] == spans[-1][1])].set_index("measure")
    jaccard = style.with_interval(*last.loc["jaccard", ["mean", "low", "high"]])
    style.finish(fig, f"Of the pairs of {year_words(scenario, spans[-1][0])} or {spans[-1][1]}, a share of {jaccard} "
                 f"is there at both ({words(scenario.label)})", [scenario], path,
                 "means over the replicates; share: Jaccard index with its 95 % interval")
