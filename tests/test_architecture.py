"""Who may import whom: the core stays free of Rasa, and each room stays in its place (docs/architecture.md)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RASA = {"rasa", "rasa_sdk"}
WEB = {"sanic", "aiohttp", "requests", "httpx", "flask"}
#: Room -> libraries it must never import, at the top or inside a function.
FORBIDDEN = {
    "extraction": RASA | WEB,
    "findings": RASA | WEB | {"spacy", "yaml", "sqlalchemy"},
    "triage": RASA | WEB | {"spacy", "yaml", "sqlalchemy"},
    "replies": RASA | WEB | {"spacy", "sqlalchemy"},
    "knowledge": RASA | WEB | {"spacy", "sqlalchemy"},
    "desk": RASA,
    "cli": {"rasa_sdk", "sanic"},
    "records": RASA | {"sanic"},
}
#: Rooms that may import Rasa; nobody else may. `cli/online.py` starts it.
MAY_IMPORT_RASA = {"nlu", "channels", "runtime", "policies"}
#: Room -> rooms of `bot` it may import. Rooms that are not listed stand at the edge and may import any.
ROOMS = {
    "extraction": {"extraction", "knowledge", "errors"},
    "findings": {"extraction", "findings", "knowledge", "errors"},
    "triage": {"extraction", "findings", "knowledge", "triage", "errors"},
    "replies": {"extraction", "findings", "knowledge", "triage", "replies", "errors"},
    "knowledge": {"extraction", "knowledge", "triage", "replies", "errors"},
}
#: Imports against the flow, meant so: the loader checks names that other rooms declare.
ONLY_THIS = {
    ("knowledge", "replies"): {"bot.replies.anatomy"},
    ("findings", "knowledge"): {"bot.knowledge.load", "bot.knowledge.sections.items"},
}
#: Nothing that reads the time or the outside world may be called in these rooms.
NO_CLOCK = ("extraction", "findings", "triage", "replies")
CLOCKS = {"time.time", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "random.random", "random.choice"}
MODULES = sorted((ROOT / "bot").rglob("*.py"))


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT / "bot").parts
    return parts[0] if len(parts) > 1 else path.stem


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Imported modules, and whether the import stands at the top of the file (type hints left out)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hints = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.unparse(test.test)
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        if id(node) in hints:
            continue
        top = node in tree.body
        if isinstance(node, ast.Import):
            yield from ((alias.name, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            folder = ROOT.joinpath(*node.module.split("."))
            inner = {alias.name for alias in node.names if (folder / f"{alias.name}.py").is_file()}
            yield from ((f"{node.module}.{name}", top) for name in inner)
            if len(inner) < len(node.names):
                yield node.module, top


def _id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_a_room_imports_nothing_it_may_not(path: Path) -> None:
    room = _room(path)
    found = {module for module, _ in _imports(path) if module.partition(".")[0] in FORBIDDEN.get(room, set())}
    assert found == set(), f"{_id(path)} must not import {', '.join(sorted(found))}"


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_only_the_edges_import_rasa(path: Path) -> None:
    room = _room(path)
    found = {module for module, _ in _imports(path) if module.partition(".")[0] in RASA}
    allowed = room in MAY_IMPORT_RASA or path.name == "online.py"
    assert allowed or not found, f"{_id(path)} must not import {', '.join(sorted(found))}"


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) in ROOMS], ids=_id)
def test_the_core_imports_along_the_flow(path: Path) -> None:
    room = _room(path)
    for module, _ in _imports(path):
        parts = module.split(".")
        if parts[0] != "bot":
            continue
        other = parts[1] if len(parts) > 1 else ""
        assert other in ROOMS[room], f"{_id(path)} imports {module}"
        only = ONLY_THIS.get((room, other))
        assert only is None or module in only, f"{_id(path)} imports {module}; only {', '.join(sorted(only))}"


def test_the_loader_imports_the_rooms_above_it_only_when_a_check_runs() -> None:
    early = {
        (_id(path), module)
        for path in MODULES
        if _room(path) == "knowledge"
        for module, top in _imports(path)
        if top and module.startswith(("bot.replies", "bot.triage.conditions", "bot.triage.predicates"))
    }
    assert early == set()


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) in NO_CLOCK], ids=_id)
def test_the_core_has_no_clock_and_no_dice(path: Path) -> None:
    calls = {
        ".".join(ast.unparse(node.func).split(".")[-2:])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert calls & CLOCKS == set()


@pytest.mark.parametrize("path", sorted((ROOT / "actions").glob("*.py")), ids=_id)
def test_actions_hold_no_clinical_condition(path: Path) -> None:
    """No concept, checklist item or level is named in an action: those are decided in the core."""
    from bot.knowledge.load import load
    from bot.triage.assessment import DISPOSITIONS

    knowledge = load()
    names = {*knowledge.concepts, *knowledge.items, *DISPOSITIONS} - {"incomplete", "emergency_now"}
    words = {node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)}
    assert {word for word in words if isinstance(word, str)} & names == set()


@pytest.mark.parametrize(
    "statement",
    [
        "import bot; bot.analyse('my left knee keeps giving way')",
        "from bot.__main__ import main; main(['check'])",
        "from bot.desk import listening",
    ],
)
def test_the_core_works_without_rasa_in_the_process(statement: str) -> None:
    code = f"import sys\n{statement}\nprint(sorted({{m.partition('.')[0] for m in sys.modules}} & {RASA | {'sanic'}!r}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip().splitlines()[-1] == "[]"


def test_import_bot_is_cheap() -> None:
    code = "import sys, bot; print(sorted(name for name in sys.modules if name.startswith('bot.')))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip() == "[]"
