"""Services: whom to call in which country. YAML of bot/knowledge/services -> {locale: Country}.

In: services/en-GB.yml, en-US.yml, international.yml. Out: `Knowledge.services`. Called by `bot.knowledge.load`.
Every file says "verify before release": numbers are configuration that a deployer must check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.problem import Problem
from bot.knowledge.sections.wording import PERSON_GAPS, gaps

#: Used where a locale has no file of its own.
FALLBACK = "international"
#: What a line or a contact may be for: the four actions, the levels, and a part that failed.
USES = (
    "ambulance", "go_to_emergency_department", "crisis_line_now", "poison_line_now",
    "urgent_same_day", "soon", "routine", "self_care", "info_only", "incomplete", "failure",
)  # fmt: skip
CONTACTS = ("emergency_now", "urgent_same_day", "soon", "routine", "self_care", "info_only", "incomplete")


@dataclass(frozen=True)
class Line:
    """One number or address. `href` is tel:, sms: or https:; `uses` says in which replies it stands."""

    id: str
    label: str
    href: str
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Country:
    """Words, first sentences, contacts and numbers of one country.

    Attributes:
        locale: en-GB, en-US or international.
        country: Its name.
        terms: Fills the {gaps} of other texts ("ed" -> "A&E").
        leads: Action -> first sentence, where it needs numbers.
        contacts: Level -> whom to contact.
        lines: Numbers, in order of use.
        interpreter: How to ask for an interpreter.
        review: Review note of the file.
    """

    locale: str
    country: str
    terms: Mapping[str, str]
    leads: Mapping[str, str]
    contacts: Mapping[str, str]
    lines: tuple[Line, ...]
    interpreter: str
    review: str


_TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "locale", "country", "terms", "leads", "contacts", "lines", "interpreter"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": {"type": "string", "pattern": "verify .*before release"},
        "locale": _TEXT,
        "country": _TEXT,
        "terms": {"type": "object", "propertyNames": {"pattern": "^[A-Za-z_]+$"}, "additionalProperties": _TEXT},
        "leads": {
            "type": "object",
            "additionalProperties": False,
            "required": ["crisis_line_now", "poison_line_now"],
            "properties": {"crisis_line_now": _TEXT, "poison_line_now": _TEXT},
        },
        "contacts": {
            "type": "object",
            "additionalProperties": False,
            "required": list(CONTACTS),
            "properties": dict.fromkeys(CONTACTS, _TEXT),
        },
        "lines": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label", "href", "for"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-z_]+$"},
                    "label": _TEXT,
                    "href": {"type": "string", "pattern": r"^(tel:\+?[0-9]+|sms:\+?[0-9]+|https://[^\s\"'<>]+)$"},
                    "for": {"type": "array", "minItems": 1, "items": {"enum": list(USES)}, "uniqueItems": True},
                },
            },
        },
        "interpreter": _TEXT,
    },
}


def build(raw: Mapping[str, Any]) -> dict[str, Country]:
    """{locale: Country}."""
    return {
        data["locale"]: Country(
            locale=data["locale"],
            country=data["country"],
            terms=dict(data["terms"]),
            leads=dict(data["leads"]),
            contacts=dict(data["contacts"]),
            lines=tuple(Line(row["id"], row["label"], row["href"], tuple(row["for"])) for row in data["lines"]),
            interpreter=data["interpreter"],
            review=data["review"],
        )
        for data in raw.values()
    }


def country_for(services: Mapping[str, Country], locale: str) -> Country:
    """The country of a locale; the international numbers when we have none for it."""
    return services.get(locale) or services[FALLBACK]


def cross_check(knowledge: Any) -> list[Problem]:
    """A fallback exists, files are named by locale, countries share their terms, gaps are terms, each action has a number."""
    problems: list[Problem] = []
    files = {file: data for file, data in knowledge.raw.items() if file.startswith("services/")}
    if files and FALLBACK not in knowledge.services:
        text = f"there is no services/{FALLBACK}.yml, so other places get no number. Add it."
        problems.append(Problem("KNW064", next(iter(files)), text))
    names = {name for data in files.values() for name in data["terms"]}
    for file, data in files.items():
        if file != f"services/{data['locale']}.yml":
            text = f"locale is '{data['locale']}'. It must be the name of the file."
            problems.append(Problem("KNW065", file, text, ("locale",)))
        for name in sorted(names - set(data["terms"])):
            problems.append(Problem("KNW066", file, f"terms lacks '{name}', which other countries have. Add it.", ("terms",)))
        for section in ("leads", "contacts"):
            for key, text in data[section].items():
                if unknown_gaps := gaps(text) - set(data["terms"]) - PERSON_GAPS:
                    wrong = ", ".join(sorted(unknown_gaps))
                    what = f"'{wrong}' is not one of the terms. Add it or reword."
                    problems.append(Problem("KNW066", file, what, (section, key)))
        for use in ("ambulance", "go_to_emergency_department", "crisis_line_now", "poison_line_now", "failure"):
            if not any(use in line["for"] for line in data["lines"]):
                problems.append(Problem("KNW067", file, f"no line is for '{use}'. Give at least one number.", ("lines",)))
    return problems
