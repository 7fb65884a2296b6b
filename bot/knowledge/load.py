"""Loads the clinicians' room: `load()` -> `Knowledge`, frozen, checked, with a digest.

In: the YAML files of bot/knowledge. Out: `Knowledge`. Called once by each entry point (command line, Rasa
component, actions, tests) and passed on; nothing else reads knowledge files.

HOW TO ADD A SECTION (one page for builders)
--------------------------------------------
A section is one kind of knowledge (`items`, `faq`, ...): its file patterns stand in `SECTIONS` below, its value
is the attribute of the same name of `Knowledge`, its code is one module `bot/knowledge/sections/<section>.py`:

    READS = ("concepts",)            # optional: sections that cross_check looks at
    SCHEMA = {...}                   # JSON Schema (draft 7) of ONE file; say additionalProperties: False everywhere
                                     # (or a dict {file pattern: schema}: then use SCHEMAS instead of SCHEMA)
    def build(raw): ...              # raw: {"faq/sciatica.yml": {...}, ...} in path order -> frozen dataclasses
    def cross_check(knowledge): ...  # -> list[Problem]; ids that exist, ids used twice, ...

- `build` runs at every start, so keep it plain and quick; it may trust the schema. It must not fail on files that
  pass the schema; ids written twice are for `cross_check` (look into `knowledge.raw[file]`, the parsed files).
- `cross_check` and `SCHEMA` run only when a file changed. Make problems with `bot.knowledge.problem.Problem(code, file,
  text, path)`; `path` is the way to the place, e.g. ("faq", 3, "facts"); the loader adds the line. For names
  that do not exist use `bot.knowledge.problem.unknown(...)`, which adds "Did you mean". It is skipped while this
  section or one it READS is broken, so that one slip does not cause a hundred messages.
- A section without a module is passed through raw ({file: data}).
- YAML here: only true/false are booleans (`no`, `off` and dates stay text); no key twice; the keys rules, stories,
  nlu, responses are refused; a .yml file that belongs to no section is refused.
- Codes: KNW001-019 reading and schema, 014 unknown name; 020-039 red flags, switches, dispositions; 040-059
  concepts, items, questions; 060-079 wording, explanations, faq, services, safety net; 080-099 language. Document each in
  docs/errors.md.
- The parsed files are cached (bot/knowledge/cache.py) under the sha256 of all YAML bytes and of this package's code,
  so a changed file, schema or check is always looked at anew.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import KnowledgeError
from bot.knowledge import cache
from bot.knowledge.problem import Problem, did_you_mean

if TYPE_CHECKING:
    from bot.knowledge.sections.concepts import Concept
    from bot.knowledge.sections.dispositions import Level
    from bot.knowledge.sections.groups import Groups
    from bot.knowledge.sections.items import Item
    from bot.knowledge.sections.red_flags import RedFlag
    from bot.knowledge.sections.sources import Source
    from bot.knowledge.sections.switches import Switches

#: Section -> files it owns, relative to the knowledge folder. Order = order of loading and of messages.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "concepts": ("concepts/*.yml",),
    "items": ("items.yml",),
    "questions": ("questions/*.yml",),
    "switches": ("switches.yml",),
    "dispositions": ("dispositions.yml",),
    "sources": ("sources.yml",),
    "groups": ("groups.yml",),
    "red_flags": ("red_flags/*.yml",),
    "wording": ("wording/*.yml",),
    "explanations": ("explanations/*.yml",),
    "faq": ("faq/*.yml",),
    "services": ("services/*.yml",),
    "safety_net": ("safety_net.yml",),
    "language": ("language/*.yml",),
}

HERE = Path(__file__).parent
_SECTION_CODE = HERE / "sections"


@dataclass(frozen=True)
class Knowledge:
    """All clinical knowledge of one release. One attribute per section; see the module of that section.

    Attributes:
        digest: First 12 hex digits of the sha256 of all YAML bytes; stands in every assessment.
        raw: Parsed files, {relative path: data}; for cross checks, reports and the language section.
    """

    digest: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)
    concepts: Mapping[str, Concept] = field(repr=False, compare=False)
    items: Mapping[str, Item] = field(repr=False, compare=False)
    questions: Any = field(repr=False, compare=False)
    switches: Switches = field(repr=False, compare=False)
    dispositions: Mapping[str, Level] = field(repr=False, compare=False)
    sources: Mapping[str, Source] = field(repr=False, compare=False)
    groups: Groups = field(repr=False, compare=False)
    red_flags: Mapping[str, RedFlag] = field(repr=False, compare=False)
    wording: Any = field(repr=False, compare=False)
    explanations: Any = field(repr=False, compare=False)
    faq: Any = field(repr=False, compare=False)
    services: Any = field(repr=False, compare=False)
    safety_net: Any = field(repr=False, compare=False)
    language: Any = field(repr=False, compare=False)


_loaded: dict[tuple[str, str], Knowledge] = {}


def load(path: str | Path | None = None) -> Knowledge:
    """Load and check the knowledge.

    Args:
        path: Knowledge folder; the one beside this module when None.

    Returns:
        The same object for the same folder and content within one process.

    Raises:
        KnowledgeError: With every problem found. Nothing is loaded then.
    """
    folder = Path(path) if path is not None else HERE
    files, problems = _read_files(folder)
    digest = _digest(files)
    known = _loaded.get((str(folder), digest))
    if known is not None and not problems:
        return known
    if not problems:
        key = sha256((digest + _code_digest()).encode()).hexdigest()
        cached = cache.read(folder, key)
        raw, problems = (cached, []) if cached is not None else _parse_and_check(files, digest)
        if cached is None and not problems:
            cache.write(folder, key, raw)
    if problems:
        raise KnowledgeError([str(problem) for problem in problems])
    knowledge = _build(raw, digest)
    _loaded[(str(folder), digest)] = knowledge
    return knowledge


def find_problems(path: str | Path | None = None) -> list[Problem]:
    """Every problem of a knowledge folder, without cache; empty when all is well."""
    files, problems = _read_files(Path(path) if path is not None else HERE)
    return problems + _parse_and_check(files, _digest(files))[1]


def _read_files(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """All YAML files by relative path, in a stable order."""
    problems: list[Problem] = []
    if not folder.is_dir():
        return {}, [Problem("KNW008", str(folder), "is not a folder. Give the folder that holds red_flags/.")]
    files: dict[str, bytes] = {}
    for file in sorted([*folder.glob("*.yml"), *folder.glob("*/*.yml"), *folder.glob("*/*/*.yml")]):
        name = file.relative_to(folder).as_posix()
        if name.startswith("."):
            continue
        try:
            files[name] = file.read_bytes()
        except OSError as error:
            problems.append(Problem("KNW009", name, f"cannot be read: {error.strerror}."))
    if not files:
        problems.append(Problem("KNW008", str(folder), "holds no .yml file. Give the folder that holds red_flags/."))
    return files, problems


def _digest(files: Mapping[str, bytes]) -> str:
    total = sha256()
    for name, content in files.items():
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()[:12]


def _code_digest() -> str:
    """Changes whenever a schema or a check does, so that a cache made by older code is not trusted."""
    total = sha256()
    for file in [*sorted(HERE.glob("*.py")), *sorted(_SECTION_CODE.glob("*.py")), *sorted((HERE.parent / "triage").glob("*.py"))]:
        total.update(file.read_bytes())
    return total.hexdigest()


def _section_of(name: str) -> str | None:
    for section, patterns in SECTIONS.items():
        if any(Path(name).match(pattern) and name.count("/") == pattern.count("/") for pattern in patterns):
            return section
    return None


def _module(section: str) -> Any:
    if not (_SECTION_CODE / f"{section}.py").is_file():
        return None
    return importlib.import_module(f"bot.knowledge.sections.{section}")


def _schema_for(module: Any, name: str) -> Mapping[str, Any] | None:
    for pattern, schema in getattr(module, "SCHEMAS", {}).items():
        if Path(name).match(pattern):
            return dict(schema)
    return getattr(module, "SCHEMA", None)


def _parse_and_check(files: Mapping[str, bytes], digest: str) -> tuple[dict[str, Any], list[Problem]]:
    """Parse, check each file against its schema, then check the sections against each other."""
    raw: dict[str, Any] = {}
    lines: dict[str, Any] = {}
    problems: list[Problem] = []
    broken: set[str] = set()
    for name, content in files.items():
        section = _section_of(name)
        if section is None:
            folders = [pattern.split("/")[0] for patterns in SECTIONS.values() for pattern in patterns]
            hint = did_you_mean(name.split("/")[0], folders)
            problems.append(Problem("KNW010", name, f"belongs to no section. {hint} Sections: {', '.join(SECTIONS)}."))
            continue
        raw[name], lines[name], found = _parse_file(section, name, content)
        problems += found
        if found:
            broken.add(section)
    raw = json.loads(json.dumps(raw))  # exactly what the cache will give back
    knowledge = _build(raw, digest, skip=broken)
    for section in SECTIONS:
        module = _module(section)
        needs = {section, *getattr(module, "READS", ())}
        if hasattr(module, "cross_check") and not needs & broken:
            problems += module.cross_check(knowledge)
    return raw, [_with_line(problem, lines) for problem in problems]


@lru_cache(maxsize=512)
def _parse_file(section: str, name: str, content: bytes) -> tuple[Any, Any, tuple[Problem, ...]]:
    """One file: its data, the line of every place, its own problems. Kept, as most files stay as they are."""
    from bot.knowledge.schema import check_schema, read_yaml

    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, {}, (Problem("KNW009", name, f"is not UTF-8 (byte {error.start}). Save it as UTF-8."),)
    data, lines, problems = read_yaml(text, name)
    module = _module(section)
    schema = _schema_for(module, name) if module is not None and data is not None else None
    if schema is not None:
        problems = problems + check_schema(data, schema, name)
    return data, lines, tuple(problems)


def _with_line(problem: Problem, lines: Mapping[str, Any]) -> Problem:
    if problem.line or problem.file not in lines:
        return problem
    path = problem.path
    while path and path not in lines[problem.file]:
        path = path[:-1]
    return replace(problem, line=lines[problem.file].get(path, 0))


def _build(raw: Mapping[str, Any], digest: str, skip: set[str] | frozenset[str] = frozenset()) -> Knowledge:
    by_section: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for name, data in raw.items():
        section = _section_of(name)
        if section is not None:
            by_section[section][name] = data
    values: dict[str, Any] = {}
    for section, data in by_section.items():
        module = _module(section)
        if module is not None:
            values[section] = module.build({} if section in skip else data)
        else:
            values[section] = data
    return Knowledge(digest=digest, raw=raw, **values)
