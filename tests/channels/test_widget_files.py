"""The built files of the widget belong to their sources, stay small, and name no outside host."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
STATIC = ROOT / "bot" / "channels" / "static"
BUILD_FILES = ("build.mjs", "package.json", "package-lock.json", "tsconfig.json")


def sources_digest() -> str:
    """As web/build.mjs counts it."""
    files = sorted(
        path.relative_to(WEB).as_posix()
        for path in [*(WEB / "src").rglob("*"), *map(WEB.joinpath, BUILD_FILES)]
        if path.is_file()
    )
    lines = (f"{name}\n{hashlib.sha256((WEB / name).read_bytes()).hexdigest()}\n" for name in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_built_files_match_their_sources() -> None:
    build = json.loads((STATIC / "build.json").read_text())
    assert build["sources"] == sources_digest(), "web/ has changed since it was built: cd web && npm ci && npm run build"
    for name, digest in build["files"].items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, f"{name} was changed by hand"


def test_every_file_in_static_is_known() -> None:
    build = json.loads((STATIC / "build.json").read_text())
    ours = set(build["files"]) | {"build.json"}
    loose = {path.name for path in STATIC.iterdir() if path.is_file()} - ours
    assert loose == set(), "neither built from web/ nor listed: leftovers are shipped to every visitor"


@pytest.mark.slow
def test_a_fresh_build_gives_the_same_bytes(tmp_path: Path) -> None:
    if not shutil.which("node") or not (WEB / "node_modules" / "vite").exists():
        pytest.skip("no Node.js packages in web/: cd web && npm ci")
    subprocess.run(["node", "build.mjs", str(tmp_path)], cwd=WEB, check=True, capture_output=True, timeout=120)
    for name in json.loads((STATIC / "build.json").read_text())["files"]:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), name


@pytest.mark.slow
def test_the_typescript_tests_pass() -> None:
    if not shutil.which("node") or not (WEB / "node_modules" / "vitest").exists():
        pytest.skip("no Node.js packages in web/: cd web && npm ci")
    for command in (["node", "node_modules/typescript/bin/tsc", "--noEmit"], ["node", "node_modules/vitest/vitest.mjs", "run"]):
        done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_sizes_stay_small() -> None:
    assert (STATIC / "widget.js").stat().st_size < 30_000, "the launcher, unpacked"
    chat = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in ("chat.js", "chat.css"))
    assert chat < 45_000, "the chat, packed, loaded on first open"


def test_nothing_comes_from_elsewhere() -> None:
    for path in (STATIC / name for name in ("widget.js", "chat.js", "chat.css", "index.html", "privacy.html", "chat.html")):
        hosts = set(re.findall(r"https?://([\w.-]+)", path.read_text()))
        assert hosts <= {"www.w3.org"}, f"{path.name} names {hosts}"
    assert "resolved" not in (WEB / "package-lock.json").read_text(), "the lock must not name a registry's host"


def test_no_eval_and_no_inner_html_in_the_launcher() -> None:
    launcher = (STATIC / "widget.js").read_text()
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", launcher)


def test_ticks_that_stand_alone_are_those_of_the_questions() -> None:
    """The server does not say which ticks exclude the others, so the widget knows their values."""
    source = (WEB / "src/chat/parts/options.tsx").read_text()
    named = set(re.findall(r"'(\w+)'", re.search(r"ALONE[^=]*= \[(.*?)\]", source).group(1)))
    alone = {"skip", "cannot_ask"}
    for file in (ROOT / "bot/knowledge/questions").glob("*.yml"):
        for question in yaml.safe_load(file.read_text()).get("questions", ()):
            alone |= {option["value"] for option in question.get("options", ()) if option.get("alone")}
    assert named == alone
