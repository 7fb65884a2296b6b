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

from bot.extraction.contrast import set_against
from bot.extraction.frames import fit_frames
from bot.extraction.lexicon import Builder, Lexicon
from bot.extraction.reading import Reading
from bot.extraction.segments import cut_segments
from bot.extraction.spelling import Speller
from bot.extraction.terms import find_hits
from bot.extraction.tokens import Word, build_tokenizer, lower

#: So many different misspelt words of one piece of text are repaired; more are no typing errors, and cost a server its time.
_MOST_STRANGE = 120
#: What may close before the stop that ends a sentence.
_CLOSERS = ")]}\"'”’»*"
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
    reading = doc.user_data["reading"]
    fit_frames(reading)
    set_against(reading)
    return doc


class _Words:
    """spaCy tokens -> `Word` rows with normal forms; misspelt words are repaired here, offsets kept."""

    lexicon: Lexicon
    speller: Speller

    def __init__(self) -> None:
        self.known: dict[str, tuple[tuple[str, ...], bool, bool, bool]] = {}

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text
        words: list[Word] = []
        pending_gap = False
        lexicon = self.lexicon
        known = self.known
        strange: set[str] = set()
        for token in doc:
            raw = token.text
            start = token.idx
            low = raw.lower() if raw.isascii() and "`" not in raw else lower(raw)
            found = known.get(low)
            if found is not None:
                keys, mark, skip, soft = found
            elif raw.isspace():
                pending_gap = pending_gap or "\n" in raw
                continue
            else:
                keys, mark, skip, soft = self._look_up(low, strange)
            if mark and len(low) > 1:
                low = low.lstrip(_CLOSERS) or low  # "...)." ends a sentence like a bare full stop
            words.append(Word(start, start + len(raw), low, keys, mark, skip, soft, pending_gap))
            pending_gap = False
        self._join(words)
        reading = Reading(text, lexicon, words)
        prepositions = lexicon.settings["_prepositions"]
        count = commas = 0
        for index, word in enumerate(words):
            reading.position.append(count)
            reading.commas.append(commas)
            if word.mark:
                commas += word.low == ","
                if not word.skip:
                    reading.content.append(index)
            elif word.low:
                reading.content.append(index)
                count += not (word.soft or word.skip or word.low in prepositions)
        reading.segment_of = [0] * len(words)
        doc.user_data["reading"] = reading
        return doc

    def _look_up(self, low: str, strange: set[str]) -> tuple[tuple[str, ...], bool, bool, bool]:
        """(keys, mark, skip, soft) of one word; remembered only for the lexicon's own words, never for what people type."""
        lexicon = self.lexicon
        if not any(ch.isalnum() for ch in low):
            return (low,), True, low in ("-", "'", '"', "*", "_", "’"), False
        found = self._keys(low, strange), False, low in lexicon.skip, low in lexicon.soft
        if low in lexicon.forms or low in lexicon.vocabulary or found[2] or found[3]:
            self.known[low] = found
        return found

    def _keys(self, low: str, strange: set[str]) -> tuple[str, ...]:
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
        if self.speller.is_strange(low) and (low in strange or len(strange) < _MOST_STRANGE):
            strange.add(low)
            repaired = self.speller.repair(low)
            if repaired is not None:
                return lexicon.forms.get(repaired) or (repaired,)
        return (low,)

    def _join(self, words: list[Word]) -> None:
        """ "can not" is one word to the lexicon; the second half is skipped, offsets stay.

        What was joined may join again: "have not" + "been able" is "can't" too.
        """
        joins, firsts = self.lexicon.settings["_joins"], self.lexicon.settings["_join_firsts"]
        for index in range(len(words) - 2, -1, -1):
            while words[index].low in firsts and self._join_at(words, index, joins):
                pass

    def _join_at(self, words: list[Word], index: int, joins: dict[str, str]) -> bool:
        """Join the longest pair or triple that starts at `index`, passing over what is joined already."""
        several = [words[index]]
        step = index + 1
        while step < len(words) and len(several) < 3:
            if words[step].low:
                several.append(words[step])
            step += 1
        for length in range(len(several), 1, -1):
            joined = joins.get(" ".join(w.low for w in several[:length]))
            if joined is None:
                continue
            first = words[index]
            first.keys = self.lexicon.forms.get(joined) or (joined,)
            first.low = joined
            first.skip = first.soft = False
            for word in several[1:length]:
                word.skip, word.keys, word.low = True, ("",), ""
            return True
        return False


class Reader:
    """One compiled lexicon with its spaCy pipeline. Safe to share between threads."""

    def __init__(self, language: dict[str, Any], phrases: dict[str, list[str]]) -> None:
        builder = Builder(language)
        self.lexicon = builder.build(phrases)
        self.lexicon.settings["_prepositions"] = frozenset(self.lexicon.settings["prepositions"])
        self.lexicon.settings["_joins"] = language["words"]["joins"]
        self.lexicon.settings["_join_firsts"] = builder.join_firsts
        self.lexicon.settings["_word_sets"] = {n: frozenset(w) for n, w in self.lexicon.settings["word_sets"].items()}
        for name in ("prepositions", "nouns", "denials", "bare_words"):
            self.lexicon.settings[name] = frozenset(self.lexicon.settings[name])  # asked for every word of every claim
        self.lexicon.settings["_history"] = frozenset(self.lexicon.settings["history"])
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
    tokenizer: Any = nlp.tokenizer
    for short, word in lexicon.settings["abbreviations"].items():
        # "w/o" is one word, whatever the slash; it means what its word means
        words.known[short] = (lexicon.keys_of(word), False, False, False)
        for form in {short, short.upper(), short.capitalize()}:
            tokenizer.add_special_case(form, [{"ORTH": form}])
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
