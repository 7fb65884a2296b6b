"""Measure chat components side by side in Chromium: bytes, time until one can type, reply time, axe, announcements.

In: the pages of this folder (and, if told, a running Rootline). Out: a table in Markdown on standard output.
Run by hand; docs/adr/0010-chat-component.md holds the result. Needs `npm install --ignore-scripts && node node_modules/esbuild/install.js && npm run build` in this folder.

    ../../.venv/bin/python measure.py [--rootline http://localhost:5005] [--rounds 5]
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Page, sync_playwright

HERE = Path(__file__).resolve().parent
#: A mid-range phone on a slow mobile line, as in Lighthouse: four times slower, 150 ms there and back, 1.6 Mbit/s.
SLOW_CPU, LATENCY_MS, BYTES_PER_SECOND = 4, 150, 1_600_000 / 8
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GREETING = "Does your knee give way?"
#: Collects every text that enters a live region, also inside shadow roots.
WATCH_LIVE = """() => {
  const live = n => { for (let e = n; e; e = e.parentElement || (e.getRootNode() instanceof ShadowRoot ? e.getRootNode().host : null)) {
      const v = e.getAttribute && e.getAttribute('aria-live'), r = e.getAttribute && e.getAttribute('role');
      if (v) return v !== 'off'; if (['log', 'status', 'alert'].includes(r)) return true; } return false; };
  window.heard = [];
  const watch = root => { new MutationObserver(all => all.forEach(m => { if (m.type === 'characterData') {
        if (live(m.target.parentElement)) window.heard.push(m.target.data); return; }
      m.addedNodes.forEach(n => { const e = n.nodeType === 1 ? n : n.parentElement; if (e && live(e)) window.heard.push(n.textContent); }); }))
    .observe(root, { childList: true, subtree: true, characterData: true });
    root.querySelectorAll('*').forEach(e => e.shadowRoot && watch(e.shadowRoot)); };
  watch(document); }"""


@dataclass(frozen=True)
class Candidate:
    """One chat to measure: its page, its text field, its button for Yes, what opens it (if it is closed first)."""

    name: str
    page: str
    field: str
    opener: str | None = None
    frame: str | None = None
    greeting: str = GREETING
    message: str = "yes it does"
    reply: str = "The reply to yes"


CANDIDATES = [
    Candidate("Bot Framework Web Chat 4.18.1, minimal", "webchat.html", "form input, form textarea"),
    Candidate("deep-chat 2.4.2, bundle", "deep-chat.html", "#text-input"),
    Candidate("rasa-webchat 1.0.1", "rasa-webchat.html", ".rw-new-message", opener=".rw-launcher"),
    Candidate("chatscope chat-ui-kit 2.1.1 + React 18", "chatscope.html", ".cs-message-input__content-editor"),
]


#: Rootline embedded on a bare page of another site. Its replies come from the real bot, not from a stand-in.
ROOTLINE = Candidate("Rootline widget, with the real bot", "rootline.html", "textarea", opener="rootline-chat button",
                     frame="/chat", greeting="in your own words", message="my knee gave way once", reply="Before anything else")
#: The port of the pages when Rootline is measured: it must be named in ROOTLINE_EMBED_ORIGINS.
EMBED_PORT = 5078


def surface(page: Page, candidate: Candidate) -> Page | Frame:
    """Where the chat lives: the page, or the frame in it."""
    if not candidate.frame:
        return page
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for frame in page.frames:
            if candidate.frame in frame.url:
                return frame
        page.wait_for_timeout(5)
    raise TimeoutError(f"{candidate.name}: no frame {candidate.frame}")


def slow_down(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS,
                 "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})


def ready_ms(page: Page, candidate: Candidate, base: str) -> tuple[float, Page | Frame]:
    """Load, open, wait until the greeting stands there and the field takes a letter. Milliseconds from navigation."""
    started = time.monotonic()
    page.goto(f"{base}/{candidate.page}", wait_until="commit")
    if candidate.opener:
        page.locator(candidate.opener).first.click()
    place = surface(page, candidate)
    place.get_by_text(candidate.greeting).first.wait_for(state="visible", timeout=60_000)
    place.locator(candidate.field).first.click()
    page.keyboard.type("x")
    took = (time.monotonic() - started) * 1000
    page.keyboard.press("Backspace")
    return took, place


def send_ms(page: Page, place: Page | Frame, candidate: Candidate) -> float:
    """From Enter to the reply on the screen, milliseconds."""
    page.keyboard.type(candidate.message)
    started = time.monotonic()
    page.keyboard.press("Enter")
    place.get_by_text(candidate.reply).first.wait_for(state="visible", timeout=60_000)
    return (time.monotonic() - started) * 1000


def measure(browser: Browser, candidate: Candidate, base: str, rounds: int) -> dict[str, Any]:
    times, replies = [], []
    for _ in range(rounds):
        with fresh(browser) as (context, page):
            slow_down(context, page)
            took, place = ready_ms(page, candidate, base)
            times.append(took)
            replies.append(send_ms(page, place, candidate))
    with fresh(browser) as (context, page):
        sizes: dict[str, list[float]] = {"wire": [], "raw": []}
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda e: sizes["wire"].append(e["encodedDataLength"]))
        session.on("Network.dataReceived", lambda e: sizes["raw"].append(e["dataLength"]))
        page.goto(f"{base}/{candidate.page}", wait_until="networkidle")
        closed = sum(sizes["wire"])
        if candidate.opener:
            page.locator(candidate.opener).first.click()
        place = surface(page, candidate)
        place.get_by_text(candidate.greeting).first.wait_for(state="visible", timeout=60_000)
        page.wait_for_timeout(1500)
        wire, raw = sum(sizes["wire"]), sum(sizes["raw"])
        place.evaluate((HERE / "node_modules/axe-core/axe.min.js").read_text() + ";0")
        found = place.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
        violations = [f"{v['id']} ({v['impact']})" for v in found["violations"]]
        place.evaluate(WATCH_LIVE)
        place.locator(candidate.field).first.click()
        send_ms(page, place, candidate)
        page.wait_for_timeout(1500)
        heard = [text for text in place.evaluate("window.heard") if candidate.reply in text]
    return {"closed": closed, "wire": wire, "raw": raw, "ready": statistics.median(times), "reply": statistics.median(replies),
            "axe": violations, "heard": len(heard)}


@contextlib.contextmanager
def fresh(browser: Browser) -> Iterator[tuple[BrowserContext, Page]]:
    """A page in a context of its own: nothing cached, nothing stored."""
    context = browser.new_context(viewport={"width": 390, "height": 780}, locale="en-GB")
    context.set_default_timeout(60_000)
    try:
        yield context, context.new_page()
    finally:
        context.close()


@contextlib.contextmanager
def pages(rootline: str = "") -> Iterator[str]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", EMBED_PORT if rootline else 0))
        port = probe.getsockname()[1]
    node = subprocess.Popen(["node", "serve.mjs", str(port), rootline], cwd=HERE, stdout=subprocess.PIPE)
    try:
        assert node.stdout is not None
        node.stdout.readline()
        yield f"http://localhost:{port}"  # the same site as Rootline on localhost, so that one throttle holds for both
    finally:
        node.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rootline", help="address of a Rootline started with ROOTLINE_EMBED_ORIGINS=http://localhost:5078, to measure it as well")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="part of a candidate's name")
    options = parser.parse_args()
    candidates = CANDIDATES + ([ROOTLINE] if options.rootline else [])
    print("| Component | closed, kB | open, kB | unpacked, kB | ready to type, ms | send to reply, ms | axe violations | announced |")
    print("|---|---|---|---|---|---|---|---|")
    with pages((options.rootline or "").rstrip("/")) as base, sync_playwright() as playwright:
        for candidate in candidates:
            if options.only not in candidate.name:
                continue
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            try:
                r = measure(browser, candidate, base, options.rounds)
            finally:
                browser.close()
            print(f"| {candidate.name} | {r['closed'] / 1000:.0f} | {r['wire'] / 1000:.0f} | {r['raw'] / 1000:.0f} | {r['ready']:.0f} | "
                  f"{r['reply']:.0f} | {len(r['axe'])}{': ' + ', '.join(r['axe']) if r['axe'] else ''} | {r['heard']} |", flush=True)


if __name__ == "__main__":
    main()
