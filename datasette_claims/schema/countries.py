"""The countries table's rows: ISO 3166-1 through pycountry, former entries, and entities that data sets use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pycountry

from .vocabulary import NOT_STATED


@dataclass(frozen=True)
class Country:
    """One row of ``countries``: ``id`` is the two-letter code, ``withdrawn`` a partial ISO date or None."""

    id: str
    name: str
    alpha_3: str | None
    kind: str
    withdrawn: str | None = None


# ISO's own names are made for lists ("Iran, Islamic Republic of"); pycountry gives common names for some. These
# are the ones that would still read badly in a sentence or that are ambiguous.
_NAMES = {
    "BN": "Brunei",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "FK": "Falkland Islands (Malvinas)",
    "FM": "Micronesia",
    "KP": "North Korea",
    "KR": "South Korea",
    "LA": "Laos",
    "MF": "Saint Martin (French part)",
    "PS": "Palestine",
    "RU": "Russia",
    "SX": "Sint Maarten (Dutch part)",
    "SY": "Syria",
    "TR": "Türkiye",
    "VA": "Holy See",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}

_HISTORICAL_NAMES = {
    "BU": "Burma (to 1989)",
    "CS": "Czechoslovakia",
    "DD": "German Democratic Republic",
    "DY": "Dahomey",
    "HV": "Upper Volta",
    "RH": "Southern Rhodesia",
    "SU": "Soviet Union",
    "VD": "North Vietnam",
    "YD": "South Yemen",
    "YU": "Yugoslavia",
    "ZR": "Zaire",
}

# Codes that ISO 3166-1 reserves or leaves to users and that data sets on international affairs rely on, and
# predecessor states without a code of their own (user-assigned range XA-XZ).
_ENTITIES = (
    Country("EU", "European Union", None, "entity"),
    Country("UN", "United Nations", None, "entity"),
    Country("XK", "Kosovo", "XKX", "entity"),
    Country("XM", "Serbia and Montenegro", "SCG", "historical", "2006-09-26"),
    Country("XV", "South Vietnam", None, "historical", "1976"),
    Country("XY", "Yemen Arab Republic", None, "historical", "1990-05-22"),
    Country("XZ", "Zanzibar", None, "historical", "1964"),
    Country("XG", "Federal Republic of Germany (to 1990)", None, "historical", "1990-10-03"),
    Country(NOT_STATED, "Not stated", None, NOT_STATED),
)


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """All rows, ordered by code; where a former code is in use again, the present country has it."""
    rows: dict[str, Country] = {entity.id: entity for entity in _ENTITIES}
    for country in pycountry.countries:
        code = country.alpha_2
        name = _NAMES.get(code) or getattr(country, "common_name", None) or country.name
        rows[code] = Country(code, name, country.alpha_3, "country")
    for former in pycountry.historic_countries:
        code = former.alpha_2
        if code in rows or former.alpha_4 == "CSXX":
            continue
        name = _HISTORICAL_NAMES.get(code) or former.name
        rows[code] = Country(code, name, former.alpha_3, "historical", former.withdrawal_date)
    return tuple(rows[code] for code in sorted(rows))


@lru_cache(maxsize=1)
def codes_by_name() -> dict[str, str]:
    """Lower-case names, official names and three-letter codes -> two-letter code, to suggest the right one."""
    found: dict[str, str] = {}
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "official_name", None), country.alpha_3):
            if name:
                found.setdefault(name.lower(), country.alpha_2)
    for row in countries():
        for name in (row.name, row.alpha_3):
            if name:
                found.setdefault(name.lower(), row.id)
    found.update({"uk": "GB", "great britain": "GB", "usa": "US", "america": "US", "u.s.": "US", "u.k.": "GB"})
    return found
