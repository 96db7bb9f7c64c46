# SPDX-License-Identifier: GPL-3.0-or-later
"""SimpleMaps' counts of municipalities, and which count of which source a row takes.

SimpleMaps has the people of whole municipalities, the newest of the three sources, but names
some rows after a quarter near the town hall. So a row is found by name, then by nearness.
"""

from collections import defaultdict, namedtuple

from common import distance_km
from japan_facts import URBAN_AREAS
from places import SOURCE as GEONAMES
from places import TYPE_ENDINGS
from romanise import spelling_key

Count = namedtuple("Count", "identity name key prefecture population lat lon")

SOURCE = "simplemaps"
SAME_NAME_KM = 25  # A: the town hall and the place of that name may lie this far apart
OVER_BORDER_KM = 12  # A: the same where the source has the prefecture next door
SAME_FIRST_KM = 15  # A: a quarter whose name begins with the town's lies within this of its seat
SAME_PLACE_KM = 6  # A: a quarter of any name lies within this, the nearest seat being this one
SAME_SPOT_KM = 2  # A: so near that a count that disagrees is that of a part, or from before a merger
NEAREST_SEATS = 8  # A: seats that are asked whether the quarter begins with their name
AGREEMENT = 2.5  # A: counts that differ by more are not of the same municipality
# B: fewest and most people of a municipality of that type, with room for error.
RANGE_BY_TYPE = {
    "designated_city": (500_000, 4_000_000), "core_city": (150_000, 800_000),
    "special_ward": (50_000, 1_000_000), "city": (2_500, 600_000),
    "town": (700, 55_000), "village": (100, 41_000),
}


def is_plausible(row, population):
    low, high = RANGE_BY_TYPE[row["type"]]
    return low <= population <= high


def agrees(one, other):
    return max(one, other) <= AGREEMENT * min(one, other)


class Counts:
    """SimpleMaps' rows of Japan; remembers which are taken."""

    def __init__(self, sources, prefecture_keys):
        self.all = [
            Count(identity, name, spelling_key(name), prefecture_keys[spelling_key(admin)],
                  population, lat, lon)
            for identity, name, admin, population, lat, lon in sources["simplemaps"]
        ]
        self.by_key = defaultdict(list)
        for count in self.all:
            self.by_key[count.key].append(count)
        self.taken = set()

    def free(self, row, counts):
        return [
            count for count in counts
            if count.identity not in self.taken and is_plausible(row, count.population)
        ]

    def give(self, row, count):
        self.taken.add(count.identity)
        row["simplemaps"] = count

    def by_name(self, row, twins):
        """The row of that name in the prefecture, or near the place of that name."""
        named = self.free(row, (
            count for ending in TYPE_ENDINGS for count in self.by_key[row["name_key"] + ending]
        ))
        home = [count for count in named if count.prefecture == row["prefecture"]]
        if row["place"] is None:
            # What is left when the namesakes have theirs; a ward may stand over the border.
            if row["type"] == "special_ward":
                home = [count for count in home if count.key.endswith("ku")] or home or named
            if len(home) == 1 and all(twin["simplemaps"] for twin in twins):
                self.give(row, home[0])
            return
        found = []
        for count in named:
            away = kilometres(row, count)
            if away < (SAME_NAME_KM if count in home else OVER_BORDER_KM):
                # Two rows for one town: nearer by far is right, else the larger.
                found.append((away > OVER_BORDER_KM, -count.population, count.identity, count))
        if found:
            self.give(row, min(found)[-1])
        elif len(home) == 1 and row["kind"] == "municipality" and not twins:
            # The only one of that name in both lists of the prefecture: the place is another one.
            row["place"] = row["geonames"] = None
            self.give(row, home[0])

    def by_nearness(self, rows):
        """Rows that no name claims, nearest pairs first, unless GeoNames' count objects."""
        seats = [row for row in rows if row["place"]]
        pairs = []
        for count in self.all:
            if count.identity in self.taken:
                continue
            near = sorted((kilometres(row, count), row["code"], row) for row in seats)
            namesakes = [
                seat for seat in near[:NEAREST_SEATS]
                if seat[0] < SAME_FIRST_KM and seat[2]["simplemaps"] is None
                and count.key.startswith(seat[2]["key"])
            ]
            away, _, row = (namesakes or near)[0]
            other = row["geonames"] and row["geonames"].population
            if (
                row["simplemaps"] is None and is_plausible(row, count.population)
                and (namesakes or away < SAME_PLACE_KM)
                and (away < SAME_SPOT_KM or not other or agrees(other, count.population))
            ):
                pairs.append((away, row["code"], count.identity, row, count))
        for _, _, _, row, count in sorted(pairs, key=lambda pair: pair[:3]):
            if row["simplemaps"] is None and count.identity not in self.taken:
                self.give(row, count)


def kilometres(row, count):
    place = row["place"]
    return distance_km(place.lat, place.lon, count.lat, count.lon) if place else None


def match_counts(rows, sources, prefecture_keys):
    """Large types first, so that a town does not take the count of a city of its name."""
    counts, namesakes = Counts(sources, prefecture_keys), defaultdict(list)
    for row in rows:
        namesakes[row["prefecture"], row["name_key"]].append(row)
    order = list(RANGE_BY_TYPE)
    for row in sorted(rows, key=lambda row: (order.index(row["type"]), row["code"])):
        twins = [
            twin for twin in namesakes[row["prefecture"], row["name_key"]]
            if twin is not row and order.index(twin["type"]) <= order.index(row["type"])
        ]
        counts.by_name(row, twins)
        if twins and row["type"] in ("town", "village"):
            row["geonames"] = None  # its count may be that of the namesake
    counts.by_nearness(rows)


def choose_count(row):
    """The newest plausible count: SimpleMaps', then GeoNames', else none."""
    first, second = row["simplemaps"], row["geonames"]
    if second and not is_plausible(row, second.population):
        second = None
    if second and row["name_local"] in URBAN_AREAS:
        first = None
    if first:
        return first.population, SOURCE
    if second:
        return second.population, GEONAMES
    return None, "estimate"
