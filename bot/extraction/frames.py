"""Terms and segments -> concept sketches: fits the frames of the lexicon.

In: a `Reading` with hits and segments. Out: its `sketches`. Called by the pipeline.

A site binds to the nearest predicate that governs it ("my foot is numb and my bits are fine" must not make
the bits numb): see `_bound`. A site without a predicate borrows the one before ("numb foot, and bum too");
a predicate without a site borrows the site before ("my leg ... it's gone dead"). Wide frames reach over
several segments: what happened is often told in two short sentences.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter

from bot.extraction.lexicon import Frame
from bot.extraction.pool import Pool, word_of
from bot.extraction.reading import Hit, Reading, Segment, Sketch

_LOOSE = frozenset(
    [
        "and",
        "or",
        "n",
        "&",
        ",",
        "/",
        "-",
        "nor",
        "plus",
        "+",
        "also",
        "even",
        "as",
        "well",
        "then",
        "left",
        "right",
        "both",
        "other",
        "one",
    ]
)


#: After "but": the same sign goes on, only less of it.
_LIMITS = frozenset(["only", "just", "mainly", "mostly"])
#: More equal predicates than this lend nothing new to a site that stands after them all.
_LENDERS = 8


def fit_frames(reading: Reading) -> None:
    """Fit every frame to every segment, then lend predicates and sites across segments."""
    for number, segment in enumerate(reading.segments):
        _fit(reading, number, segment.hits, segment.hits, {})
        _fit_wide(reading, number)
        _lend(reading, number)
    reading.sketches = _strongest(reading.sketches)
    fill_bare(reading)


def fill_bare(reading: Reading) -> None:
    """A bare "numbness" or "weakness" that no frame placed: kept as an unlocated sign, to be asked about."""
    bare: dict[str, str] = reading.lexicon.settings["bare"]
    by_segment: dict[int, list[Sketch]] = {}
    for sketch in reading.sketches:
        for number in range(sketch.segment, reading.segment_of[sketch.b - 1] + 1):
            by_segment.setdefault(number, []).append(sketch)
    for number, segment in enumerate(reading.segments):
        lone = [h for h in segment.hits if h.term in bare and reading.low(h.a) in reading.lexicon.settings["bare_words"]]
        if not lone or any(h.region == "other" for h in segment.hits):
            continue
        placed = {i for s in by_segment.get(number, ()) for i in range(s.a, s.b)}
        elsewhere = any(h.kind == "site" for h in segment.hits)
        for hit in lone:
            concept = bare[hit.term]
            if not placed.isdisjoint(range(hit.a, hit.b)) or (elsewhere and not _cue_before(reading, hit)):
                continue
            sketch = Sketch((concept,), "present", hit.a, hit.a, hit.b, number, {"site": "unlocated"}, noun=True)
            reading.sketches.append(sketch)
    reading.sketches.sort(key=lambda s: (s.a, s.b))


_DENIALS = frozenset({"cue_no", "cue_not", "cue_denies", "cue_never"})


def _cue_before(reading: Reading, hit: Hit) -> bool:
    return any(h.b <= hit.a for h in reading.cues(_DENIALS))


def _fit(reading: Reading, number: int, anchors: list[Hit], hits: list[Hit], extra: dict[str, bool]) -> None:
    """Sketches from frames whose first slot is in `anchors` and the rest in `hits`."""
    table = reading.lexicon.frames_by_term
    begun = [(hit, table[hit.term]) for hit in anchors if hit.term in table]
    if not begun:
        return
    pool = Pool(hits)
    terms_here = pool.terms if anchors is hits else pool.terms | {hit.term for hit in anchors}
    fitting: dict[str, list[Frame]] = {}
    for hit, offered in begun:
        frames = fitting.get(hit.term)
        if frames is None:
            frames = fitting[hit.term] = [
                frame
                for frame in offered
                if (not frame.needs or _filled(frame, pool.terms)) and (not frame.unless or frame.unless.isdisjoint(terms_here))
            ]
        for frame in frames:
            for chain in _chains(reading, frame, hit, pool, bool(extra)):
                _sketch(reading, frame, chain, number, extra)


def _filled(frame: Frame, terms: set[str]) -> bool:
    """Whether these terms hold anything for each slot after the first."""
    return not any(map(terms.isdisjoint, frame.needs))


def _fit_wide(reading: Reading, number: int) -> None:
    """Frames that reach over `wide` segments before and after ("stood at the loo for ages. nothing.")."""
    frames = reading.lexicon.wide_frames_by_term
    anchors = [hit for hit in reading.segments[number].hits if hit.term in frames and reading.segment_of[hit.a] == number]
    if not anchors:
        return
    everywhere: set[str] | None = reading.known.get("terms")
    if everywhere is None:
        everywhere = reading.known["terms"] = {hit.term for hit in reading.hits}
    pools: dict[int, Pool] = {}
    for hit in anchors:
        for frame in frames[hit.term]:
            if not _filled(frame, everywhere):
                continue  # nowhere in the message, so not near either; most wide frames end here
            pool = pools.get(frame.wide)
            if pool is None:
                near = reading.segments[max(0, number - frame.wide) : number + frame.wide + 1]
                pool = pools[frame.wide] = Pool([h for segment in near for h in segment.hits])
            if not _filled(frame, pool.terms) or not frame.unless.isdisjoint(pool.terms):
                continue
            for chain in _chains(reading, frame, hit, pool, False):
                _sketch(reading, frame, chain, number, {})


def _chains(reading: Reading, frame: Frame, first: Hit, pool: Pool, lent: bool) -> list[list[Hit]]:
    chains = [[first]]
    for slot in frame.rest:
        longer: list[list[Hit]] = []
        for chain in chains:
            last = chain[-1]
            fits: list[tuple[int, Hit]] = []
            for hit in pool.near(reading, slot, last, lent):
                if _contains(hit, last):
                    continue
                if (slot.ordered and hit.a < last.b) or (slot.before and hit.b > last.a):
                    continue
                distance = reading.between(last, hit)
                if lent:
                    distance = 0
                if distance <= slot.gap and (lent or _bound(reading, last, hit, pool)):
                    fits.append((distance, hit))
            if not fits:
                continue
            if {last.kind, fits[0][1].kind} == {"state", "site"}:
                longer.extend([*chain, hit] for _, hit in fits)
            else:
                longer.append([*chain, min(fits, key=lambda fit: fit[0])[1]])
        chains = longer
    return chains


def _contains(one: Hit, other: Hit) -> bool:
    """One hit lies inside the other (a shared word alone is fine: "pain down" + "down the leg")."""
    return (one.a <= other.a and one.b >= other.b) or (other.a <= one.a and other.b >= one.b)


def _bound(reading: Reading, one: Hit, other: Hit, pool: Pool) -> bool:
    """Whether a state really governs a site: nothing of the same kind may stand between, unless joined."""
    kinds = {one.kind, other.kind}
    if kinds == {"plain", "site"} and "can_feel" in (one.term, other.term):
        # "can feel it all, no numbness between my legs": the site belongs to the numbness.
        left, right = (one, other) if one.a < other.a else (other, one)
        return not any(h.kind == "state" for h in pool.between(left.b, right.a))
    if kinds != {"state", "site"}:
        return True
    state, site = (one, other) if one.kind == "state" else (other, one)
    left, right = (state, site) if state.a < site.a else (site, state)
    for hit in pool.between(left.b, right.a):
        if hit.kind not in kinds:
            continue
        partner = site if hit.kind == "site" else state
        if not _joined(reading, hit, partner):
            return False
    if state.a < site.a and state.region != "verb":
        # "foot numb ... knee hurts": a state with its own subject keeps away from what follows,
        # unless a preposition or "and" leads there.
        first = reading.position[state.a] - 1 - pool.longest
        for row in reversed(pool.by_place[: bisect_left(pool.by_place, state.a, key=word_of)]):
            if reading.position[row[0]] < first:
                own = False
                break
            hit = row[2]
            if hit.kind == "site" and hit.b <= state.a and reading.between(hit, state) <= 1:
                own = True
                break
        else:
            own = False
        if own:
            lead = reading.low(site.a - 1)
            step = site.a - 1
            while step > state.b and (reading.words[step].skip or reading.words[step].soft):
                step -= 1
                lead = reading.low(step)
            if lead not in reading.lexicon.settings["prepositions"] and not _only_loose(reading, state.b, site.a):
                return False
    return True


def _joined(reading: Reading, one: Hit, other: Hit) -> bool:
    left, right = (one, other) if one.a < other.a else (other, one)
    return _only_loose(reading, left.b, right.a)


def _only_loose(reading: Reading, a: int, b: int) -> bool:
    if a >= b:
        return True
    loose: dict[int, int] = reading.known.setdefault("loose", {})
    index = loose.get(a, a)  # from `a` up to here all is loose: asked again and again with another end
    if index >= b:
        return True
    prepositions = reading.lexicon.settings["_prepositions"]
    inside = _inside(reading)
    first = reading.segment_of[a]
    words = reading.words
    while index < b:
        word = words[index]
        if not (word.skip or word.soft or word.low in _LOOSE or word.low in prepositions or inside.get(index, -1) >= first):
            break
        index += 1
    loose[a] = index
    return index >= b


def _inside(reading: Reading) -> dict[int, int]:
    """Word of a site or state -> the last segment in which such a hit over it begins."""
    found: dict[int, int] | None = reading.known.get("inside")
    if found is None:
        found = reading.known["inside"] = {}
        for hit in reading.hits:  # in text order, so a later segment wins
            if hit.kind in ("site", "state"):
                for index in range(hit.a, hit.b):
                    found[index] = reading.segment_of[hit.a]
    return found


def _sketch(reading: Reading, frame: Frame, chain: list[Hit], number: int, extra: dict[str, bool]) -> None:
    head_hit = chain[0]
    # Denial and doubt are weighed where the claim is made, not where its scene was set.
    own = [h for h in chain if reading.segment_of[h.a] == number] if extra or frame.wide else chain
    a = min(h.a for h in (own or chain))
    b = max(h.b for h in (own or chain))
    head = head_hit.a
    sketch = Sketch(
        concepts=frame.concepts,
        says=frame.says,
        head=head,
        a=a,
        b=b,
        segment=number,
        attributes=dict(frame.attributes),
        noun=_is_noun(reading, head_hit),
        denial_inside=_denies(reading, chain),
        sites=tuple(h for h in chain if h.kind == "site"),
        phrase=len(chain) == 1,
        parts=tuple((h.a, h.b) for h in (own if frame.wide else chain)),
    )
    if extra:
        sketch.inherited = True
        sketch.fresh = extra.get("fresh", False)
        sketch.scope_head = a if extra.get("site_lent") else head
    reading.sketches.append(sketch)


def _is_noun(reading: Reading, hit: Hit) -> bool:
    """Nouns and -ing forms can be denied by a plain "no"; finite verbs and abilities cannot."""
    nouns = reading.lexicon.settings["nouns"]
    index = hit.a
    while index < hit.b:
        low = reading.low(index)
        if low in nouns or low.endswith(("ness", "ing", "tion", "sia")):
            return True
        index += 1
    return False


def _denies(reading: Reading, chain: list[Hit]) -> bool:
    denials = reading.lexicon.settings["denials"]
    return any(reading.low(i) in denials for hit in chain for i in range(hit.a, hit.b))


def _lend(reading: Reading, number: int) -> None:
    """Lend a predicate to a lone site, or a site to a lone predicate, from the segments just before."""
    segment = reading.segments[number]
    if number == 0 or not segment.hits:
        return
    sites = [h for h in segment.hits if h.kind == "site"]
    states = [h for h in segment.hits if h.kind == "state"]
    if reading.sketches and reading.sketches[-1].segment == number:
        return  # sketches come in the order of the segments: something was made here
    before = reading.segments[number - 1]
    alone = segment.link == "stop" and _lone_state(reading, before)
    limited = segment.link == "turn" and reading.low(segment.a + 1) in _LIMITS  # "numb, but only round my bits"
    if sites and not states and (alone or limited or segment.link in ("join", "except", "run")):
        lenders = [h for h in before.hits if h.kind == "state"]
        if not lenders and number > 1 and before.link in ("join", "run"):
            lenders = [h for h in reading.segments[number - 2].hits if h.kind == "state"]
        lone = _lone_site(reading, segment, sites)
        if lenders and lone:
            _fit(reading, number, _few(lenders), sites, {"lent": True, "fresh": segment.link == "except"})
    elif states and not sites:
        for back in (1, 2, 3):
            if number - back < 0:
                return
            if _cleared(reading, number - back):
                return  # "back fine. just sore": what is fine is not what is sore
            sources = [h for h in reading.segments[number - back].hits if h.kind == "site"]
            if sources:
                _fit(reading, number, states, sources[-1:], {"lent": True, "site_lent": True})
                # One stretch of words may be several sites ("leg": where strength fails, where pain sits).
                same = [h for h in sources[:-1] if h.b == sources[-1].b]
                failing = [h for h in states if not h.term.startswith("pain")]
                _fit(reading, number, failing, same, {"lent": True, "site_lent": True})
                return


def _cleared(reading: Reading, number: int) -> bool:
    """Whether a segment says that something is fine."""
    for sketch in reversed(reading.sketches):
        if sketch.segment < number:
            return False
        if sketch.segment == number and sketch.says == "absent":
            return True
    return False


def _few(lenders: list[Hit]) -> list[Hit]:
    """Without the later ones of very many equal predicates: of equal sketches the first is kept anyway."""
    if len(lenders) <= _LENDERS:
        return lenders
    seen: Counter[str] = Counter()
    out = []
    for hit in lenders:
        seen[hit.term] += 1
        if seen[hit.term] <= _LENDERS:
            out.append(hit)
    return out


def _lone_state(reading: Reading, segment: Segment) -> bool:
    """ "Numb. Down below.": one sign is all that was said before the stop."""
    inside = {i for h in segment.hits if h.kind == "state" for i in range(h.a, h.b)}
    return bool(inside) and all(
        i in inside or reading.words[i].mark or reading.words[i].skip or reading.words[i].soft
        for i in range(segment.a, segment.b)
    )


def _lone_site(reading: Reading, segment: Segment, sites: list[Hit]) -> bool:
    """True when the segment holds a body part and hardly anything else ("or my bum", "round my bits too")."""
    loose = reading.lexicon.settings["prepositions"]
    inside = {i for h in sites for i in range(h.a, h.b)}
    rest = 0
    for index in range(segment.a, segment.b):
        word = reading.words[index]
        if index in inside or word.skip or word.soft or word.mark or word.low in loose or word.low in _LOOSE:
            continue
        if word.low in (
            "too",
            "also",
            "except",
            "apart",
            "from",
            "other",
            "than",
            "aside",
            "maybe",
            "only",
            "besides",
            "now",
            "but",
            "for",
            "slightly",
        ):
            continue
        rest += 1
    return rest <= 1 and not any(h.term == "normal" for h in segment.hits)


def _strongest(sketches: list[Sketch]) -> list[Sketch]:
    """Drop a sketch that says the same thing over (nearly) the same words as a better one."""
    kept: list[Sketch] = []
    # What is kept of one claim never overlaps, so a list by place is a list by start and by end.
    by_claim: dict[tuple[str, ...], dict[str, list[Sketch]]] = {}
    for sketch in sorted(sketches, key=lambda s: (s.inherited, s.b - s.a if not s.phrase else 0, s.a)):
        claims = by_claim.setdefault(sketch.concepts, {})
        same = claims.setdefault(sketch.says, [])
        if _overlapping(same, sketch):
            if sketch.attributes:
                for claim in claims.values():
                    for other in _overlapping(claim, sketch):
                        for name, value in sketch.attributes.items():
                            other.attributes.setdefault(name, value)
            continue
        same.insert(bisect_left(same, sketch.a, key=_begin), sketch)
        kept.append(sketch)
    return sorted(kept, key=lambda s: (s.a, s.b))


def _overlapping(claim: list[Sketch], sketch: Sketch) -> list[Sketch]:
    if not claim:
        return claim
    return claim[bisect_right(claim, sketch.a, key=_end) : bisect_left(claim, sketch.b, key=_begin)]


def _begin(sketch: Sketch) -> int:
    return sketch.a


def _end(sketch: Sketch) -> int:
    return sketch.b
