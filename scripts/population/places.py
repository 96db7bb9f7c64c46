# SPDX-License-Identifier: GPL-3.0-or-later
"""GeoNames' places of Japan, and which of them is which municipality."""

from collections import defaultdict, namedtuple

from common import distance_km
from romanise import spelling_key

Place = namedtuple("Place", "identity name admin feature population lat lon key")

# GeoNames has part of a name, or the name with its type, for some seats.
TYPE_ENDINGS = ("", "shi", "cho", "machi", "mura", "son", "town", "chinai")
SEAT_RADIUS_KM = 12  # A: a place of the same first letters as far away is another one
OWN_RADIUS_KM = 15  # A: a place that no name claims counts for the nearest seat within this


def rank(place):
    return place.feature.startswith("PPLA"), place.population, -place.identity


class PlaceIndex:
    """Places by prefecture and spelling; remembers which are taken."""

    def __init__(self, cities):
        self.places = [
            Place(identity, name, admin, feature, population, lat, lon, spelling_key(name))
            for identity, name, country, admin, feature, population, lat, lon in cities
            if country == "JP"
        ]
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

    def share_out(self, rows):
        """Persons of the places that no name claims, by the code of the nearest municipality."""
        persons = defaultdict(int)
        for place in self.places:
            if place.identity in self.taken or not place.population or place.feature == "PPLC":
                continue
            away = [
                (distance_km(place.lat, place.lon, row["lat"], row["lon"]), row["code"])
                for row in rows
            ]
            nearest, code = min(away)
            if nearest < OWN_RADIUS_KM:
                persons[code] += place.population
        return persons
