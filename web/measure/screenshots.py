"""Take the pictures of docs/screenshots/widget-*.png from a running Rootline, on a desktop and on a phone.

In: address of a server. Out: PNG files. Run by hand after a change of looks; look at every one of them.

    ../../.venv/bin/python screenshots.py http://localhost:5005 [part of a name]
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright

from measure import FLAGS

OUT = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DESKTOP = {"viewport": {"width": 1180, "height": 820}}
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
EMERGENCY = "my left knee keeps giving way on the stairs and it feels numb when I wipe"
STORY = "My lower back has been stiff since I dug the garden on Sunday. Nothing else."
LEG = "I have had pain from my back down the outside of my right leg to the big toe for three weeks."
HARMLESS = ("none", "ok", "normal", "no_leaks", "no_change", "never", "better", "age_18_49", "managing", "nothing", "no", "same", "one")


class Shot:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        page.locator("rootline-chat button").wait_for()

    @classmethod
    def of(cls, page: Page) -> Shot:
        """The chat in a window of its own."""
        shot = cls.__new__(cls)
        shot.page = page
        shot.replied(1)
        return shot

    def open(self) -> Shot:
        self.page.locator("rootline-chat button").click()
        self.frame.locator(".message--theirs").first.wait_for()
        return self

    @property
    def frame(self):
        for _ in range(200):
            for frame in self.page.frames:
                if "/chat" in frame.url:
                    return frame
            self.page.wait_for_timeout(25)
        raise RuntimeError("no chat")

    def replied(self, count: int) -> None:
        self.frame.wait_for_function("n => document.querySelectorAll('.message--theirs').length >= n && !document.querySelector('.typing')", arg=count)

    def say(self, text: str, wait: bool = True) -> None:
        count = self.frame.locator(".message--theirs").count()
        self.frame.locator("#message").fill(text)
        self.frame.locator(".send").click()
        if wait:
            self.replied(count + 1)

    def answer(self) -> bool:
        last = self.frame.locator(".message--theirs").last
        offered = last.locator("[data-value]").evaluate_all("all => all.map(e => e.dataset.value)")
        if not offered:
            return False
        count = self.frame.locator(".message--theirs").count()
        last.locator(f"[data-value={next(v for v in (*HARMLESS, *offered) if v in offered)}]").click()
        if last.locator(".tick-send").count():
            last.locator(".tick-send").click()
        self.replied(count + 1)
        return True

    def menu(self, item: str) -> None:
        self.frame.get_by_role("button", name="More choices").click()
        self.frame.locator("#menu").get_by_role("button", name=item).click()


def states(shot: Shot) -> dict[str, object]:
    def question() -> None:
        shot.open().say(STORY)
        shot.answer()
        shot.answer()
        shot.answer()

    def chosen() -> None:
        question()
        shot.answer()
        shot.frame.locator(".choice--picked").last.evaluate("e => { e.closest('.log').scrollTop += e.closest('.message').getBoundingClientRect().top - 90; }")

    def ticks() -> None:
        shot.open().say(STORY)
        shot.frame.locator("[data-value=chest]").check()
        shot.frame.locator("[data-value=none]").check()

    def emergency() -> None:
        shot.open().say(EMERGENCY)

    def emergency_end() -> None:
        emergency()
        shot.frame.locator(".log").evaluate("e => { e.scrollTop = 1e6; }")

    def result() -> None:
        shot.open().say(STORY)
        while shot.answer():
            pass

    def result_end() -> None:
        result()
        shot.frame.locator(".log").evaluate("e => { e.scrollTop = 1e6; }")

    def result_picture() -> None:
        shot.open().say(LEG)
        while shot.answer():
            pass
        shot.frame.locator(".message--card .block-picture img").last.evaluate(
            "async e => { await e.decode(); e.closest('.log').scrollTop += e.getBoundingClientRect().top - 110; }")

    def picture() -> None:
        shot.open().say("why does my knee buckle?")
        shot.frame.locator(".block-picture img").wait_for()
        shot.frame.locator(".block-picture").evaluate("e => { e.closest('.log').scrollTop += e.getBoundingClientRect().top - 120; }")

    def menu() -> None:
        shot.open().say(STORY)
        shot.frame.get_by_role("button", name="More choices").click()

    def delete() -> None:
        shot.open().say(STORY)
        shot.menu("Delete my conversation")

    def deleted() -> None:
        delete()
        shot.frame.get_by_role("dialog").get_by_role("button", name="Delete it").click()
        shot.frame.locator(".deleted").wait_for()

    def typing() -> None:
        shot.open()
        shot.page.route("**/messages", lambda route: None if route.request.method == "POST" else route.continue_())
        shot.say(STORY, wait=False)
        shot.frame.locator(".typing").wait_for()

    def offline() -> None:
        shot.open().say(STORY)
        shot.page.context.set_offline(True)
        shot.frame.locator(".line-trouble").wait_for()
        shot.say("None of these, but my leg tingles.", wait=False)

    def down() -> None:
        shot.page.route("**/api/**", lambda route: route.abort())
        shot.page.locator("rootline-chat button").click()
        shot.frame.locator(".line-trouble").wait_for()

    def dark() -> None:
        shot.page.emulate_media(color_scheme="dark")
        question()

    def dark_emergency() -> None:
        shot.page.emulate_media(color_scheme="dark")
        emergency()

    return {
        "closed": lambda: None, "open": lambda: shot.open(), "typing": typing, "question": question, "chosen": chosen, "ticks": ticks, "emergency": emergency,
        "emergency-end": emergency_end, "result": result, "result-end": result_end, "result-picture": result_picture, "picture": picture, "menu": menu, "delete": delete,
        "deleted": deleted, "offline": offline, "cannot-start": down, "dark": dark, "dark-emergency": dark_emergency,
    }  # fmt: skip


def special(playwright: Playwright, browser, address: str, only: str) -> None:
    """320 px, 400 % zoom, high contrast, right to left, the page alone."""
    for name, settings, path in (
        ("narrow-320", {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 2}, "/"),
        ("zoom-400", {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}, "/"),
        ("high-contrast", {**DESKTOP, "forced_colors": "active"}, "/"),
    ):
        if only in name:
            context = browser.new_context(locale="en-GB", **settings)
            shot = Shot(context.new_page(), address + path).open()
            shot.say(EMERGENCY)
            shot.page.wait_for_timeout(300)
            shot.page.screenshot(path=OUT / f"widget-{name}.png")
            context.close()
    if only in "site-phone site-dark privacy":
        context = browser.new_context(locale="en-GB", **{**PHONE, "device_scale_factor": 1})
        page = context.new_page()
        page.goto(address)
        page.locator("figure img").evaluate("e => { e.loading = 'eager'; return e.decode(); }")
        page.screenshot(path=OUT / "widget-site-phone.png", full_page=True)
        page.set_viewport_size(DESKTOP["viewport"])
        page.screenshot(path=OUT / "widget-site-desktop.png", full_page=True)
        page.set_viewport_size(PHONE["viewport"])
        page.goto(f"{address}/privacy")
        page.screenshot(path=OUT / "widget-privacy-phone.png")
        context.close()
    if only in "print":
        context = browser.new_context(locale="en-GB", viewport={"width": 794, "height": 1123})
        alone = context.new_page()
        alone.goto(f"{address}/chat?locale=en-GB")
        shot = Shot.of(alone)
        shot.say(EMERGENCY)
        alone.evaluate("() => { window.print = () => {}; }")
        shot.frame.locator(".message--emergency").last.get_by_role("button", name="Print").click()
        alone.emulate_media(media="print")
        alone.screenshot(path=OUT / "widget-print.png")
        context.close()


def main() -> None:
    address, only = sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) > 2 else ""
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for device, settings in (("desktop", DESKTOP), ("phone", PHONE)):
            for name in states(None):  # type: ignore[arg-type]
                if only not in f"{name}-{device}":
                    continue
                context = browser.new_context(locale="en-GB", reduced_motion="reduce", **settings)
                shot = Shot(context.new_page(), address)
                states(shot)[name]()  # type: ignore[operator]
                shot.page.wait_for_timeout(350)
                shot.page.screenshot(path=OUT / f"widget-{name}-{device}.png")
                context.close()
        special(playwright, browser, address, only)
        browser.close()
    for file in OUT.glob("widget-*.png"):
        shrink(file)


def shrink(file: Path) -> None:
    """A palette is enough for flat colours, and a third of the bytes."""
    with Image.open(file) as picture:
        if picture.mode != "P":
            picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
