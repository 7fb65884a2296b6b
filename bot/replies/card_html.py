"""The result card as one web page: no outside file, no script, printable, readable by screen readers.

In: `Card`. Out: HTML text. Called through `Card.html`, or directly with a nonce for pages under a strict policy.

Everything on the card, the person's own words above all, is escaped here and nowhere else. The drawing is ours.
"""

from __future__ import annotations

from html import escape

from bot.replies.card import Card, Section

#: Band colour by urgency. Never colour alone: the level stands in words beside it.
_BAND = {"emergency_now": "#a4161a", "urgent_same_day": "#9a4a00", "incomplete": "#9a4a00", "soon": "#1d5a8a"}
_CALM = "#2f5d50"
_STYLE = """
:root{color-scheme:light dark;--ink:#1b2430;--paper:#fff;--soft:#f1f4f6;--line:#c5ced6;--link:#0b4f8a}
@media(prefers-color-scheme:dark){:root{--ink:#eef2f5;--paper:#14191f;--soft:#212932;--line:#48535e;--link:#9ccbf5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 Verdana,"DejaVu Sans",Arial,sans-serif}
main{max-width:44rem;margin:0 auto;padding:1rem}
h1{font-size:1.3rem;margin:.2rem 0 .8rem}
h2{font-size:1.1rem;margin:1.3rem 0 .3rem}
.level{background:var(--band);color:#fff;padding:.9rem 1rem;border-radius:.5rem;margin:0 0 1rem;font-size:1.35rem;font-weight:700}
.action p:first-of-type{font-size:1.2rem;font-weight:700;margin:.2rem 0}
.desk blockquote{border-left:.4rem solid var(--band);background:var(--soft);font-size:1.15rem}
blockquote{margin:.3rem 0;padding:.6rem .9rem;border-left:.3rem solid var(--line)}
ul{margin:.3rem 0;padding-left:1.3rem}
li{margin:.25rem 0}
p{margin:.3rem 0}
a{color:var(--link)}
.links ul{list-style:none;padding:0}
.links a{display:block;padding:.6rem 0}
figure{margin:1.3rem 0 0}
figure svg{display:block;width:100%;max-width:26rem;height:auto;margin:0 auto}
footer{margin-top:1.5rem;border-top:1px solid var(--line);padding-top:.6rem;font-size:.9rem}
section,figure{break-inside:avoid}
@media print{:root{--ink:#000;--paper:#fff;--soft:#f4f4f4;--link:#000}body{font-size:11pt}main{max-width:none;padding:0}
.level{-webkit-print-color-adjust:exact;print-color-adjust:exact;border:2pt solid #000}}
""".strip()


def card_html(card: Card, *, nonce: str | None = None) -> str:
    """The whole page.

    Args:
        card: The card.
        nonce: For the style element, when the page is served under a content security policy.
    """
    attribute = f' nonce="{escape(nonce, quote=True)}"' if nonce else ""
    band = _BAND.get(card.urgency, _CALM)
    sections = "\n".join(_section(section, number) for number, section in enumerate(card.sections))
    small = "".join(f"<p>{escape(line)}</p>" for line in (card.made, card.status, card.privacy) if line)
    return f"""<!doctype html>
<html lang="{escape(card.locale, quote=True)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(card.title)}</title>
<style{attribute}>{_STYLE}
main{{--band:{band}}}</style>
</head>
<body>
<main>
<h1>{escape(card.title)}</h1>
<p class="level">{escape(card.level)}</p>
{sections}
{_figure(card)}<footer>{small}</footer>
</main>
</body>
</html>
"""


def _section(section: Section, number: int) -> str:
    parts = [f'<section class="{section.kind}" aria-labelledby="part{number}"><h2 id="part{number}">{escape(section.title)}</h2>']
    if section.text:
        parts.append(f"<p>{escape(section.text)}</p>")
    if section.kind in ("quote", "desk"):
        parts += [f"<blockquote>{escape(line)}</blockquote>" for line in section.lines]
    elif section.kind == "list" and section.lines:
        parts.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in section.lines) + "</ul>")
    else:
        parts += [f"<p>{escape(line)}</p>" for line in section.lines]
    if section.links:
        rows = "".join(
            f'<li><a href="{escape(link.href, quote=True)}">{escape(link.plain_text())}</a></li>' for link in section.links
        )
        parts.append(f"<ul>{rows}</ul>")
    return "".join(parts) + "</section>"


def _figure(card: Card) -> str:
    if not card.picture_svg:
        return ""
    return f"<figure><h2>{escape(card.picture_title)}</h2>{card.picture_svg}</figure>\n"
