# SPDX-License-Identifier: GPL-3.0-or-later
"""GeoNames' places of Japan, from two dumps, and which of them is which municipality."""

from collections import defaultdict, namedtuple

from common import distance_km
from romanise import spelling_key

Place = namedtuple("Place", "identity name admin feature population lat lon key signs")

SOURCE = "geonames"
# GeoNames has part of a name, or the name with its type, for some seats.
TYPE_ENDINGS = ("", "shi", "ku", "cho", "machi", "mura", "son", "town", "chinai")
SEAT_RADIUS_KM = 12  # A: a place of the same first letters as far away is another one


def rank(place):
    return place.feature.startswith("PPLA"), place.population, -place.identity


def places_of(sources):
    """The places of both dumps, once each; what the newer one lacks comes from the older."""
    older = {city[0]: city for city in sources["cities"] if city[2] == "JP"}
    newer = {city[0]: city for city in sources["newer"]}
    for identity in sorted(older.keys() | newer.keys()):
        _, name, _, admin, feature, population, lat, lon, *signs = (
            newer.get(identity) or older[identity]
        )
        if not population and identity in older:
            population = older[identity][5]
        yield Place(
            identity, name, admin, feature, population, lat, lon, spelling_key(name),
            frozenset(signs[0] if signs else ()),
        )


class PlaceIndex:
    """Places by prefecture and spelling; remembers which are taken."""

    def __init__(self, sources):
        self.places = list(places_of(sources))
        self.by_spelling, self.anywhere = defaultdict(list), defaultdict(list)
        self.capital = next(place for place in self.places if place.feature == "PPLC")
        self.by_admin = defaultdict(list)
        for place in self.places:
            self.by_spelling[place.admin, place.key].append(place)
            self.anywhere[place.key].append(place)
            self.by_admin[place.admin].append(place)
        self.taken = set()

    def take(self, place):
        self.taken.add(place.identity)
        return place

    def find_signs(self, admin, names):
        """The place that has one of these Japanese names, the first name before the second."""
        for name in names:
            found = [
                place for place in self.by_admin[admin]
                if name in place.signs and place.identity not in self.taken
            ]
            if found:
                return self.take(max(found, key=rank))
        return None

    def find(self, admin, key, seat_expected):
        """The place of that spelling: a seat of local government before a mere place."""
        found = [
            place for ending in TYPE_ENDINGS for place in self.by_spelling[admin, key + ending]
            if place.identity not in self.taken
        ]
        if not found and seat_expected:
            found = [
                place for place in self.by_admin[admin]
                if place.feature == "PPLA2" and place.identity not in self.taken
                and place.key.startswith(key)
            ]
        if not found:
            return None
        return self.take(max(found, key=rank))

    def find_anywhere(self, key, area):
        """The only place of that spelling in Japan, for places just over a border in GeoNames;
        not where it lies outside the prefecture's `area` (south, west, north, east)."""
        found = [place for ending in TYPE_ENDINGS for place in self.anywhere[key + ending]]
        if len(found) != 1 or found[0].identity in self.taken:
            return None
        south, west, north, east = area
        if not (south <= found[0].lat <= north and west <= found[0].lon <= east):
            return None
        return self.take(found[0])

    def namesake(self, seat, key):
        """For a seat without a count: the most populous part of the town that bears its name."""
        found = [
            place for place in self.by_admin[seat.admin]
            if place.population and place.identity not in self.taken and place.key.startswith(key)
            and distance_km(place.lat, place.lon, seat.lat, seat.lon) < SEAT_RADIUS_KM
        ]
        if not found:
            return None
        return self.take(max(found, key=lambda place: (place.population, -place.identity)))
