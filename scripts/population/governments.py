# SPDX-License-Identifier: GPL-3.0-or-later
"""local_governments.csv: prefectures, municipalities and special wards of Japan."""

import math
from collections import defaultdict
from statistics import NormalDist, fmean, median

from common import clip, normal_hash, unit_hash
from japan_facts import (
    CAPITALS, CORE_CITIES, DESIGNATED_CITIES, GEONAMES_ADMIN, INDUSTRY_AND_PORT, NAME_FIXES,
    NORTHERN_TERRITORIES, NORTHERN_TOMARI, OTHER_PLACE, PLACE_FIXES, READING_FIXES,
    WARDS_BY_SIZE,
)
from places import PlaceIndex
from romanise import romanise, spelling_key, without_type

COLUMNS = [
    "code", "kind", "type", "name", "name_local", "prefecture", "lat", "lon", "population",
    "fiscal_strength", "industry", "port", "estimated",
]
EXPECTED_COUNTS = {
    "prefecture": 47, "designated_city": 20, "core_city": 62, "city": 710, "town": 743,
    "village": 183, "special_ward": 23,
}
TYPE_OF_LAST_SIGN = {"市": "city", "町": "town", "村": "village", "区": "special_ward"}
# Where GeoNames has no count: median and standard deviation of the logarithm by type (A, from B:
# a town has some 11,000 people, a village 3,000), and the least size that the law asks for (F).
SIZE_BY_TYPE = {
    "designated_city": (800_000, 0.3, 500_000), "core_city": (320_000, 0.3, 200_000),
    "city": (56_000, 0.5, 8_000), "town": (11_000, 0.6, 1_000), "village": (3_000, 0.6, 200),
}
MOST_BY_TYPE = {"town": 55_000, "village": 41_000}  # B: no town or village is larger
PREFECTURE_EFFECT = 0.5  # A: a town is larger where cities are, by this power of their median
JAPAN_PEOPLE = 126_000_000  # F: about 2019
JAPAN_TOLERANCE = 0.10
WARDS_PEOPLE = 9_700_000  # S: people whom the Clean Authority of Tokyo serves
WARD_SCATTER = 0.53  # A: standard deviation of the logarithm of the wards' sizes
WARD_RADIUS_DEGREES = 0.13  # A: the 23 wards lie about that far around Tokyo's centre
# M6: mean index 0.42 over municipalities, 0.93 where 200,000 and more live, range of the index.
FISCAL_MEAN, FISCAL_MEAN_LARGE, LARGE_POPULATION = 0.42, 0.93, 200_000
FISCAL_RANGE = (0.05, 2.55)
FISCAL_SCATTER = 0.20  # A: standard deviation of the logarithm


def government_type(name):
    if name in DESIGNATED_CITIES:
        return "designated_city"
    if name in CORE_CITIES:
        return "core_city"
    return TYPE_OF_LAST_SIGN[name[-1]]


def is_northern_territory(entry):
    # Tomari is also a village of mainland Hokkaido: the code tells them apart.
    return entry["name"] in NORTHERN_TERRITORIES or entry["code"] == NORTHERN_TOMARI


def municipality_row(entry, prefecture, admin):
    kana = without_type(READING_FIXES.get(entry["code"], entry["ruby"]))
    kind = government_type(entry["name"])
    name = NAME_FIXES.get(entry["code"], romanise(kana))
    key = spelling_key(name if entry["code"] in NAME_FIXES else romanise(kana))
    return {
        "code": entry["code"],
        "kind": "special_ward" if kind == "special_ward" else "municipality",
        "type": kind, "name": name, "name_local": entry["name"], "prefecture": prefecture,
        "key": spelling_key(PLACE_FIXES.get(entry["code"], key)), "admin": admin,
        "place": None, "counted": None, "estimated": 1,
    }


def area_of(prefecture, rows):
    """South, west, north and east end of the cities found so far."""
    found = [
        row["place"] for row in rows
        if row["place"] and row["prefecture"] == prefecture and row["name_local"].endswith("市")
    ]
    lats, lons = [place.lat for place in found], [place.lon for place in found]
    return min(lats), min(lons), max(lats), max(lons)


def match_places(rows, index):
    """Cities before towns, so that a town does not take the seat of a city of its name."""
    cities = [row for row in rows if row["name_local"].endswith("市")]
    smaller = [
        row for row in rows
        if row["type"] in ("town", "village") and row["code"] not in OTHER_PLACE
    ]
    for row in cities:
        row["place"] = index.find(row["admin"], row["key"], seat_expected=True)
    areas = {row["prefecture"]: area_of(row["prefecture"], cities) for row in cities}
    for row in cities:
        row["place"] = row["place"] or index.find_anywhere(row["key"], areas[row["prefecture"]])
        count(row, index)
    for row in smaller:
        row["place"] = index.find(row["admin"], row["key"], seat_expected=False)
        row["place"] = row["place"] or index.find_anywhere(row["key"], areas[row["prefecture"]])
        count(row, index)


def count(row, index):
    """Position and population of a row that has a place; a seat's namesake may have the count."""
    place = row["place"]
    if place is None:
        return
    row["lat"], row["lon"] = place.lat, place.lon
    row["counted"] = place if place.population else index.namesake(place, row["key"])
    if row["counted"] and row["counted"].population > MOST_BY_TYPE.get(row["type"], math.inf):
        row["counted"] = None
    row["estimated"] = int(row["counted"] is None)


def estimate_positions(rows, index):
    """Around the middle of the prefecture's places, within the box of four fifths of them."""
    located = defaultdict(list)
    for row in rows:
        if row["place"]:
            located[row["prefecture"]].append(row["place"])
    for row in rows:
        if row["place"]:
            continue
        if row["type"] == "special_ward":
            half = WARD_RADIUS_DEGREES
            for axis in ("lat", "lon"):
                row[axis] = getattr(index.capital, axis) + half * (2 * unit_hash(axis, row["code"]) - 1)
            continue
        for axis in ("lat", "lon"):
            values = sorted(getattr(place, axis) for place in located[row["prefecture"]])
            low, high = values[len(values) // 10], values[-1 - len(values) // 10]
            middle, side = fmean(values), 2 * unit_hash(axis, row["code"]) - 1
            middle = clip(middle, low, high)
            row[axis] = middle + side * (high - middle if side > 0 else middle - low)


def prefecture_effects(rows):
    cities = defaultdict(list)
    for row in rows:
        if row["type"] == "city" and row["counted"]:
            cities[row["prefecture"]].append(row["counted"].population)
    national = median(size for sizes in cities.values() for size in sizes)
    return {
        code: clip((median(sizes) / national) ** PREFECTURE_EFFECT, 0.75, 1.4)
        for code, sizes in cities.items()
    }


def estimate_wards(wards):
    """Quantiles of a log-normal distribution in the order of size, which is known (B)."""
    ordered = sorted(wards, key=lambda row: WARDS_BY_SIZE.index(row["name_local"]))
    normal = NormalDist()
    weights = [
        math.exp(-WARD_SCATTER * normal.inv_cdf((place + 0.5) / len(ordered)))
        for place in range(len(ordered))
    ]
    for row, weight in zip(ordered, weights):
        row["population"] = round(WARDS_PEOPLE * weight / sum(weights))


def estimate_population(rows, index):
    effects = prefecture_effects(rows)
    nearby = index.share_out([row for row in rows if row["place"]])
    for row in rows:
        if row["counted"]:
            row["population"] = row["counted"].population
        elif row["type"] in SIZE_BY_TYPE:
            middle, scatter, least = SIZE_BY_TYPE[row["type"]]
            size = middle * math.exp(scatter * clip(normal_hash("population", row["code"]), -2, 2))
            if row["type"] not in ("designated_city", "core_city"):
                size *= effects[row["prefecture"]]
            row["population"] = round(max(size, least, nearby[row["code"]]))
    estimate_wards([row for row in rows if row["type"] == "special_ward"])
    total = sum(row["population"] for row in rows)
    if abs(total / JAPAN_PEOPLE - 1) > JAPAN_TOLERANCE:
        raise ValueError(f"{total} people are not within a tenth of {JAPAN_PEOPLE}")


def prefecture_name(ruby):
    for ending in ("けん", "とうきょうと", "おおさかふ", "きょうとふ"):
        if ruby.endswith(ending):
            return romanise(ruby[: -2 if ending == "けん" else -1])
    return romanise(ruby)


def prefecture_row(entry, capital, members, index):
    # Tokyo's seat is in a ward, which GeoNames lacks: its place is that of the capital of Japan.
    place = capital["place"] or index.capital
    return {
        "code": entry["code"], "kind": "prefecture", "type": "prefecture",
        "name": prefecture_name(entry["ruby"]), "name_local": entry["name"],
        "prefecture": entry["code"], "lat": place.lat, "lon": place.lon,
        "population": sum(member["population"] for member in members),
        "place": place, "counted": None,
        # The sum of some estimates, at the place of its capital.
        "estimated": int(any(member["estimated"] for member in members)),
    }


def fiscal_curve(populations):
    """Scale and slope of index = scale × population^slope that give both means of M6."""
    large = [size for size in populations if size >= LARGE_POPULATION]
    low, high = 0.0, 1.0
    for _ in range(60):
        slope = (low + high) / 2
        ratio = fmean(size**slope for size in large) / fmean(size**slope for size in populations)
        if ratio < FISCAL_MEAN_LARGE / FISCAL_MEAN:
            low = slope
        else:
            high = slope
    return FISCAL_MEAN / fmean(size**slope for size in populations), slope


def add_fiscal_strength(rows):
    """An estimate for every row, flagged or not: the packages have no budgets."""
    local = [row["population"] for row in rows if row["kind"] != "prefecture"]
    scale, slope = fiscal_curve(local)
    for row in rows:
        # A prefecture's index is like that of a city of a tenth of its people (A): mean about 0.5.
        size = row["population"] / (30 if row["kind"] == "prefecture" else 1)
        # The last term keeps the mean of the log-normal scatter at 1.
        scatter = FISCAL_SCATTER * normal_hash("fiscal", row["code"]) - FISCAL_SCATTER**2 / 2
        value = scale * size**slope * math.exp(scatter)
        row["fiscal_strength"] = f"{clip(value, *FISCAL_RANGE):.2f}"


def add_industry(rows):
    for row in rows:
        known = INDUSTRY_AND_PORT.get(row["name_local"]) if row["kind"] != "prefecture" else None
        # A: elsewhere a little industry that grows with size, up to 0.3.
        small = 0.3 * unit_hash("industry", row["code"]) * min(1.0, row["population"] / 200_000)
        industry, port = known or (small, 0)
        row["industry"], row["port"] = f"{industry:.2f}", port


def check_counts(rows):
    counts = defaultdict(int)
    for row in rows:
        counts[row["type"]] += 1
    if dict(counts) != EXPECTED_COUNTS:
        raise ValueError(f"counts {dict(counts)} are not {EXPECTED_COUNTS}")
    if len({row["code"] for row in rows}) != len(rows):
        raise ValueError("a code occurs twice")


def local_governments(sources):
    """Rows sorted by code; `place` and `counted` tell what comes from GeoNames (not written)."""
    index, rows = PlaceIndex(sources["cities"]), []
    for entry in sources["prefectures"]:
        admin = GEONAMES_ADMIN[entry["code"][:2]]
        rows += [
            municipality_row(member, entry["code"], admin)
            for member in entry["municipalities"] if not is_northern_territory(member)
        ]
    match_places(rows, index)
    estimate_positions(rows, index)
    estimate_population(rows, index)
    for entry, capital_name in zip(sources["prefectures"], CAPITALS):
        members = [row for row in rows if row["prefecture"] == entry["code"]]
        capital = next(row for row in members if row["name_local"] == capital_name)
        rows.append(prefecture_row(entry, capital, members, index))
    rows.sort(key=lambda row: row["code"])
    check_counts(rows)
    add_fiscal_strength(rows)
    add_industry(rows)
    for row in rows:
        row["lat"], row["lon"] = f"{row['lat']:.4f}", f"{row['lon']:.4f}"
    return rows
