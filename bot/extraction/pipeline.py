"""The reading pipeline, as one readable spaCy pipeline.

In: raw text. Out: a spaCy `Doc` whose `user_data["reading"]` holds words, hits, segments and sketches.
Called by `extract` and `read_context`.

    tokenizer -> words -> terms -> segments -> frames
"""

# No postponed annotations here: spaCy reads the factory hints at run time.
import threading
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from bot.extraction.lexicon import Builder, Lexicon
from bot.extraction.reading import Reading
from bot.extraction.spelling import Speller
from bot.extraction.symptoms import cut_segments, find_hits, fit_frames
from bot.extraction.tokens import Word, build_tokenizer, lower

_LOCK = threading.Lock()
_READERS: "dict[str, Reader]" = {}


@Language.factory("rootline_words_v1")
def _words_factory(nlp: Language, name: str) -> "_Words":
    return _Words()


@Language.component("rootline_terms_v1")
def _terms(doc: Doc) -> Doc:
    find_hits(doc.user_data["reading"])
    return doc


@Language.component("rootline_segments_v1")
def _segments(doc: Doc) -> Doc:
    cut_segments(doc.user_data["reading"])
    return doc


@Language.component("rootline_frames_v1")
def _frames(doc: Doc) -> Doc:
    fit_frames(doc.user_data["reading"])
    return doc


class _Words:
    """spaCy tokens -> `Word` rows with normal forms; misspelt words are repaired here, offsets kept."""

    lexicon: Lexicon
    speller: Speller

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text
        words: list[Word] = []
        pending_gap = False
        lexicon = self.lexicon
        for token in doc:
            raw = token.text
            if raw.isspace():
                pending_gap = pending_gap or "\n" in raw
                continue
            start = token.idx
            low = lower(raw)
            word = Word(start, start + len(raw), low, gap_before=pending_gap)
            pending_gap = False
            if not any(ch.isalnum() for ch in low):
                word.mark = True
                word.skip = low in ("-", "'", '"', "*", "_", "’")
                word.keys = (low,)
            else:
                word.skip = low in lexicon.skip
                word.soft = low in lexicon.soft
                word.keys = self._keys(low)
            words.append(word)
        self._join(words)
        reading = Reading(text, lexicon, words)
        prepositions = lexicon.settings["_prepositions"]
        count = 0
        for index, word in enumerate(words):
            reading.position.append(count)
            if word.low and not (word.mark and word.skip):
                reading.content.append(index)
                count += not (word.soft or word.skip or word.mark or word.low in prepositions)
        reading.segment_of = [0] * len(words)
        doc.user_data["reading"] = reading
        return doc

    def _keys(self, low: str) -> tuple[str, ...]:
        lexicon = self.lexicon
        if low.isascii() and low.isdigit() and int(low[:6]) >= 10:
            return (low, "zzmany")  # "took 16 paracetamol"
        known = lexicon.forms.get(low)
        if known:
            return known if low not in lexicon.vocabulary or low in known else (*known, low)
        if low in lexicon.vocabulary or low in lexicon.skip or low in lexicon.soft:
            return (low,)
        if low.endswith("'s") and len(low) > 3:
            base = low[:-2]
            return (*(lexicon.forms.get(base) or (base,)), low)
        repaired = self.speller.repair(low)
        if repaired is not None:
            return lexicon.forms.get(repaired) or (repaired,)
        return (low,)

    def _join(self, words: list[Word]) -> None:
        """ "can not" is one word to the lexicon; the second half is skipped, offsets stay."""
        joins = self.lexicon.settings["_joins"]
        for index in range(len(words) - 1):
            if words[index].mark or not words[index].low:
                continue
            for length in (3, 2):
                several = words[index : index + length]
                joined = joins.get(" ".join(w.low for w in several))
                if joined is None or len(several) < length:
                    continue
                first, *rest = several
                first.keys = self.lexicon.forms.get(joined) or (joined,)
                first.low = joined
                first.skip = first.soft = False
                for word in rest:
                    word.skip, word.keys, word.low = True, ("",), ""
                break


class Reader:
    """One compiled lexicon with its spaCy pipeline. Safe to share between threads."""

    def __init__(self, language: dict[str, Any], phrases: dict[str, list[str]]) -> None:
        builder = Builder(language)
        self.lexicon = builder.build(phrases)
        self.lexicon.settings["_prepositions"] = frozenset(self.lexicon.settings["prepositions"])
        self.lexicon.settings["_joins"] = language["words"]["joins"]
        self.nlp = build_nlp(self.lexicon)

    def read(self, text: str) -> Reading:
        """Run all stages over one text."""
        reading: Reading = self.nlp(text).user_data["reading"]
        return reading


def build_nlp(lexicon: Lexicon) -> Language:
    """The spaCy pipeline of the module note over one lexicon."""
    # spaCy's own tokenizer would compile dozens of regular expressions first; ours is given at birth.
    nlp = Language(max_length=2_000_000, create_tokenizer=lambda nlp: build_tokenizer(nlp.vocab))
    words: Any = nlp.add_pipe("rootline_words_v1")
    words.lexicon = lexicon
    words.speller = Speller(lexicon.vocabulary)
    nlp.add_pipe("rootline_terms_v1")
    nlp.add_pipe("rootline_segments_v1")
    nlp.add_pipe("rootline_frames_v1")
    return nlp


def reader_for(knowledge: Any) -> Reader:
    """The reader of one `Knowledge`, built on first use and kept by digest."""
    key = knowledge.digest
    found = _READERS.get(key)
    if found is None:
        with _LOCK:
            found = _READERS.get(key)
            if found is None:
                phrases = {concept_id: list(concept.phrases) for concept_id, concept in knowledge.concepts.items()}
                found = _READERS[key] = Reader(knowledge.language, phrases)
    return found
