# SPDX-License-Identifier: GPL-3.0-or-later
"""local_governments.csv: prefectures, municipalities and special wards of Japan."""

import math
from collections import Counter, defaultdict

from common import clip, normal_hash, unit_hash
from counts import choose_count, match_counts
from estimates import estimate_population, estimate_positions
from fiscal_facts import CLASSES, KNOWN
from japan_facts import (
    CAPITALS, CORE_CITIES, DESIGNATED_CITIES, GEONAMES_ADMIN, INDUSTRY_AND_PORT, NAME_FIXES,
    NORTHERN_TERRITORIES, NORTHERN_TOMARI, OTHER_PLACE, PLACE_FIXES, READING_FIXES,
)
from places import PlaceIndex
from romanise import romanise, spelling_key, without_type

COLUMNS = [
    "code", "kind", "type", "name", "name_local", "prefecture", "lat", "lon", "population",
    "fiscal_strength", "industry", "port", "estimated", "source",
]
EXPECTED_COUNTS = {
    "prefecture": 47, "designated_city": 20, "core_city": 62, "city": 710, "town": 743,
    "village": 183, "special_ward": 23,
}
TOKYO = "東京都"
TYPE_OF_LAST_SIGN = {"市": "city", "町": "town", "村": "village", "区": "special_ward"}
FISCAL_RANGE = (0.05, 2.55)  # F, M6


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
        "name_key": key,
        "key": spelling_key(PLACE_FIXES.get(entry["code"], key)), "admin": admin,
        "place": None, "geonames": None, "simplemaps": None,
    }


def area_of(prefecture, rows):
    """South, west, north and east end of the cities found so far."""
    found = [
        row["place"] for row in rows
        if row["place"] and row["prefecture"] == prefecture and row["name_local"].endswith("市")
    ]
    lats, lons = [place.lat for place in found], [place.lon for place in found]
    return min(lats), min(lons), max(lats), max(lons)


def find_place(row, index, stems, names):
    """By the Japanese name; by spelling unless another of the prefecture is spelt the same."""
    name, stem, place = row["name_local"], row["name_local"][:-1], (row["prefecture"], row["key"])
    own = [name, stem] if stems[row["prefecture"], stem] == 1 or name[-1] == "市" else [name]
    is_city = name[-1] == "市"
    found = index.find_signs(row["admin"], own)
    if found or row["code"] in OTHER_PLACE or (names[place] > 1 and not is_city):
        return found
    return index.find(row["admin"], row["key"], seat_expected=is_city)


def match_places(rows, index):
    """Cities before towns, so that a town does not take the seat of a city of its name."""
    stems = Counter((row["prefecture"], row["name_local"][:-1]) for row in rows)
    names = Counter((row["prefecture"], row["key"]) for row in rows)
    cities = [row for row in rows if row["name_local"].endswith("市")]
    smaller = [row for row in rows if not row["name_local"].endswith("市")]
    for row in cities:
        row["place"] = find_place(row, index, stems, names)
    areas = {row["prefecture"]: area_of(row["prefecture"], cities) for row in cities}
    for row in cities + smaller:
        if row["place"] is None and row in smaller:
            row["place"] = find_place(row, index, stems, names)
        if row["place"] is None and row["code"] not in OTHER_PLACE:
            row["place"] = index.find_anywhere(row["key"], areas[row["prefecture"]])
        if row["place"]:
            has_count = row["place"].population
            row["geonames"] = row["place"] if has_count else index.namesake(row["place"], row["key"])


def settle(row):
    """Position, population and flag of a row from what was matched."""
    where = row["place"] or row["simplemaps"]
    row["located"] = where is not None
    if where:
        row["lat"], row["lon"] = where.lat, where.lon
    row["population"], row["source"] = choose_count(row)
    row["counted"] = row["population"] is not None
    row["estimated"] = int(not (row["located"] and row["counted"]))


def prefecture_name(ruby):
    for ending in ("けん", "とうきょうと", "おおさかふ", "きょうとふ"):
        if ruby.endswith(ending):
            return romanise(ruby[: -2 if ending == "けん" else -1])
    return romanise(ruby)


def prefecture_row(entry, capital, members, index):
    # Tokyo's own place is that of the capital of Japan, not of the ward with its offices.
    place = index.capital if entry["name"] == TOKYO else capital["place"]
    return {
        "code": entry["code"], "kind": "prefecture", "type": "prefecture",
        "name": prefecture_name(entry["ruby"]), "name_local": entry["name"],
        "prefecture": entry["code"], "lat": place.lat, "lon": place.lon,
        "population": sum(member["population"] for member in members),
        "located": True, "counted": False, "source": "sum",
        # The sum of some estimates, at the place of its capital.
        "estimated": int(any(member["estimated"] for member in members)),
    }


def fiscal_class(row):
    """Mean and standard deviation of the logarithm of the index, by type and size."""
    return next(rest for people, *rest in CLASSES[row["type"]] if row["population"] <= people)


def add_fiscal_strength(rows):
    """What MIC publishes of well-known bodies; of the others a value drawn from their class."""
    for row in rows:
        mean, deviation = fiscal_class(row)
        drawn = math.exp(mean + deviation * clip(normal_hash("fiscal", row["code"]), -2.5, 2.5))
        value = KNOWN.get(row["code"], drawn)
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
    """Rows sorted by code; `located` and `counted` tell what a source has (not written)."""
    index, rows, prefecture_keys = PlaceIndex(sources), [], {}
    for entry in sources["prefectures"]:
        admin = GEONAMES_ADMIN[entry["code"][:2]]
        prefecture_keys[spelling_key(prefecture_name(entry["ruby"]))] = entry["code"]
        rows += [
            municipality_row(member, entry["code"], admin)
            for member in entry["municipalities"] if not is_northern_territory(member)
        ]
    match_places(rows, index)
    match_counts(rows, sources, prefecture_keys)
    for row in rows:
        settle(row)
    estimate_positions(rows)
    estimate_population(rows)
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
