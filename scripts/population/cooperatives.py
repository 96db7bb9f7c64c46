# SPDX-License-Identifier: GPL-3.0-or-later
"""cooperatives.csv and cooperative_members.csv: one real cooperative, the others generated.

The numbers of cooperatives and of sanitation memberships are facts; who belongs to which is made
up from neighbours of a prefecture, and every generated row says so in `estimated`.
"""

import math
from collections import Counter, defaultdict

from common import clip, distance_km, normal_hash, unit_hash

COLUMNS = [
    "code", "name", "name_local", "form", "prefecture", "established", "sanitation", "plants",
    "staff", "budget_yen", "fixed_members", "cohesion", "estimated",
]
MEMBER_COLUMNS = ["cooperative", "member"]
PARTIAL_COOPERATIVES, WIDE_AREA_UNIONS = 1466, 116  # F 2018, B 2018; the first with CAT23
SANITATION, SANITATION_MEMBERSHIPS = 589, 3892  # F 2007; both with CAT23
SANITATION_UNIONS = 46  # A: two of five unions burn waste or treat night soil
OTHER_MEAN_MEMBERS = 4.0  # A
LEAST_MEMBERS, MOST_MEMBERS = 2, 15  # A; the smallest prefecture has 15 municipalities
# F: cooperatives that burn waste, and the share of them that run one plant (MoE survey of waste
# facilities: 328 in fiscal years 2017 and 2024, 0.86 and 0.885). The rest treat night soil,
# recycle, or run a landfill.
WITH_INCINERATORS, ONE_PLANT = 328, 0.87
SEED_POWER = -0.4  # A: a municipality a tenth as large is 2.5 times as likely to start one
SIZE_PENALTY = 0.4  # A: a city above this size seems farther away: it manages alone
PENALTY_FROM = 30_000
# A: staff per 10,000 people and yen per person at 100,000 people, falling with size (savings of
# scale); CAT23 has 1.4 and 7,400 at 9.7 million people (S).
COSTS = {1: (3.0, 12_000, -0.12), 0: (4.0, 9_000, -0.05)}
COST_SCATTER = 0.25  # A: standard deviation of the logarithm
YEARS = {"partial_cooperative": (1956, 1998), "wide_area_union": (1996, 2009)}  # B

CLEAN_AUTHORITY = {  # S, B: budget of JFY 2018, staff of 2005, 21 plants
    "code": "C0001", "name": "Clean Authority of Tokyo", "name_local": "東京二十三区清掃一部事務組合",
    "form": "partial_cooperative", "prefecture": "130001", "established": 2000, "sanitation": 1,
    "plants": 21, "staff": 1356, "budget_yen": 71_940_000_000, "estimated": 0,
    "fixed_members": 1,  # S: the 23 wards by law
    "cohesion": "0.80",  # S: there from the start, since the "waste war" was settled; size A
}
NAME_ENDINGS = {
    ("partial_cooperative", 1): ("Area Sanitation Cooperative", "広域衛生組合"),
    ("partial_cooperative", 0): ("Area Services Cooperative", "地区事務組合"),
    ("wide_area_union", 1): ("Wide-Area Union for Sanitation", "衛生広域連合"),
    ("wide_area_union", 0): ("Wide-Area Union", "広域連合"),
}


def quotas(total, weights):
    """Whole numbers that add up to total, as near to the weights as can be (largest remainders)."""
    shares = {key: total * weight / sum(weights.values()) for key, weight in weights.items()}
    whole = {key: int(share) for key, share in shares.items()}
    remainders = sorted(shares, key=lambda key: (whole[key] - shares[key], key))
    for key in remainders[: total - sum(whole.values())]:
        whole[key] += 1
    return whole


def sizes(count, memberships):
    """Numbers of members, most of them small, with exactly this sum."""
    excess = [-math.log(1 - (place + 0.5) / count) for place in range(count)]
    mean = memberships / count - LEAST_MEMBERS
    found = [min(MOST_MEMBERS, LEAST_MEMBERS + int(mean * value + 0.5)) for value in excess]
    place = 0
    while sum(found) != memberships:
        # One up or down at a time, spread over the list, never out of the range.
        step = 1 if sum(found) < memberships else -1
        place = (place + 7) % count
        if LEAST_MEMBERS <= found[place] + step <= MOST_MEMBERS:
            found[place] += step
    return found


def plan(by_prefecture, sanitation):
    """(prefecture, number of members) of every cooperative to be made."""
    if sanitation:
        count, memberships = SANITATION - 1, SANITATION_MEMBERSHIPS - 23
    else:
        count = PARTIAL_COOPERATIVES + WIDE_AREA_UNIONS - SANITATION
        memberships = round(count * OTHER_MEAN_MEMBERS)
    homes = []
    weights = {code: len(rows) for code, rows in by_prefecture.items()}
    for code, number in quotas(count, weights).items():
        homes += [code] * number
    homes = sorted(enumerate(homes), key=lambda home: unit_hash("home", sanitation, home[0]))
    return [(code, size) for (_, code), size in zip(homes, sizes(count, memberships))]


def seeds(rows, count, sanitation):
    """Small municipalities first, by chance; none twice."""

    def rank(row):
        weight = row["population"] ** SEED_POWER
        return -math.log(unit_hash("seed", sanitation, row["code"])) / weight
    return sorted(rows, key=rank)[:count]


def grow(seed, rows, size):
    """The seed and, one by one, the nearest to the middle of those who are in."""
    members, left = [seed], [row for row in rows if row is not seed]
    while len(members) < size and left:
        lat = sum(float(row["lat"]) for row in members) / len(members)
        lon = sum(float(row["lon"]) for row in members) / len(members)

        def effort(row):
            away = 1 + distance_km(lat, lon, float(row["lat"]), float(row["lon"]))
            return away * max(1, row["population"] / PENALTY_FROM) ** SIZE_PENALTY, row["code"]

        nearest = min(left, key=effort)
        members.append(nearest)
        left.remove(nearest)
    return members


def made_row(code, seed, members, form, sanitation):
    persons = sum(row["population"] for row in members)
    staff, yen, power = COSTS[sanitation]
    scale = (persons / 100_000) ** power
    scatter = {
        what: math.exp(COST_SCATTER * clip(normal_hash(what, code), -2, 2))
        for what in ("staff", "budget")
    }
    first, last = YEARS[form]
    ending, ending_local = NAME_ENDINGS[form, sanitation]
    return {
        "code": code, "name": f"{seed['name']} {ending}",
        "name_local": seed["name_local"][:-1] + ending_local, "form": form,
        "prefecture": seed["prefecture"],
        "established": first + int((last - first + 1) * unit_hash("established", code)),
        "sanitation": sanitation,
        "plants": 0,  # see add_plants()
        "staff": 2 + round(staff * persons / 10_000 * scale * scatter["staff"]),
        "budget_yen": int(round(yen * persons * scale * scatter["budget"], -6)),
        "fixed_members": 0, "cohesion": "0.00", "estimated": 1, "persons": persons,
    }


def add_plants(rows):
    """Who burns waste is drawn; the largest of them run two or three plants (F: 1.23 a body)."""
    made = [row for row in rows if row["sanitation"] and row["estimated"]]
    burning = sorted(made, key=lambda row: unit_hash("incinerator", row["code"]))
    burning = burning[: WITH_INCINERATORS - 1]
    burning.sort(key=lambda row: (-row["persons"], row["code"]))
    several = round((1 - ONE_PLANT) * WITH_INCINERATORS) - 1
    for place, row in enumerate(burning):
        row["plants"] = 3 if place < several // 3 else 2 if place < several else 1


def groups(by_prefecture, sanitation):
    """(seed, members) of every cooperative of a kind, by prefecture and seed."""
    wanted = defaultdict(list)
    for code, size in plan(by_prefecture, sanitation):
        wanted[code].append(size)
    for code, numbers in sorted(wanted.items()):
        # A: designated cities burn their waste themselves.
        rows = [
            row for row in by_prefecture[code]
            if not (sanitation and row["type"] == "designated_city")
        ]
        for seed, size in zip(seeds(rows, len(numbers), sanitation), numbers):
            yield seed, grow(seed, rows, size)


def unions(made, sanitation):
    """Places in the list that are unions: the larger ones are likelier."""
    count = SANITATION_UNIONS if sanitation else WIDE_AREA_UNIONS - SANITATION_UNIONS

    def rank(place):
        return -math.log(unit_hash("union", sanitation, place)) / len(made[place][1])

    return set(sorted(range(len(made)), key=rank)[:count])


def check(rows, pairs):
    sanitation = {row["code"] for row in rows if row["sanitation"]}
    memberships = sum(code in sanitation for code, _ in pairs)
    forms = Counter(row["form"] for row in rows)
    found = (len(sanitation), memberships, forms["partial_cooperative"], forms["wide_area_union"])
    if found != (SANITATION, SANITATION_MEMBERSHIPS, PARTIAL_COOPERATIVES, WIDE_AREA_UNIONS):
        raise ValueError(f"counts of cooperatives are off: {found}")


def cooperatives(governments):
    """(rows, pairs) sorted by code; the first is the Clean Authority with the 23 wards."""
    by_prefecture = defaultdict(list)
    for row in governments:
        if row["kind"] == "municipality":
            by_prefecture[row["prefecture"]].append(row)
    rows = [CLEAN_AUTHORITY]
    pairs = [("C0001", row["code"]) for row in governments if row["kind"] == "special_ward"]
    for sanitation in (1, 0):
        made = list(groups(by_prefecture, sanitation))
        union = unions(made, sanitation)
        for place, (seed, members) in enumerate(made):
            code = f"C{len(rows) + 1:04d}"
            form = "wide_area_union" if place in union else "partial_cooperative"
            rows.append(made_row(code, seed, members, form, sanitation))
            pairs += [(code, member["code"]) for member in members]
    add_plants(rows)
    check(rows, pairs)
    return rows, [dict(zip(MEMBER_COLUMNS, pair)) for pair in sorted(pairs)]
