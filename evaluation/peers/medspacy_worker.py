"""medspaCy over a job, in medspaCy's own environment: `python medspacy_worker.py job.json answer.json`.

In: {"phrases", "texts", "spans", "timed", "passes"}. Out: mentions of each text, context of each given span, speed. Called by
`evaluation.peers.run`. Standard library and medspaCy only: nothing of ours is installed there.

The default pipeline (PyRuSH sentences, TargetMatcher, ConText with its own English rules); the TargetMatcher gets the
phrases of our concepts. Its debug log, on by default, is off: it would cost most of the time.
"""

import json
import sys
import time

STARTED = time.perf_counter()


def main() -> None:
    """Do the job."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    from loguru import logger

    logger.remove()
    import medspacy
    import spacy
    from medspacy.ner import TargetRule

    imported = time.perf_counter()
    nlp = medspacy.load()
    matcher = nlp.get_pipe("medspacy_target_matcher")
    matcher.add([TargetRule(phrase, concept) for concept, phrases in job["phrases"].items() for phrase in phrases])
    loaded = time.perf_counter()
    answer = {
        "about": f"medspaCy {_version('medspacy', medspacy)}, spaCy {spacy.__version__}",
        "import_s": imported - STARTED,
        "load_s": loaded - imported,
        "mentions": [],
    }
    for text in job["texts"]:
        answer["mentions"].append([_mention(ent) for ent in nlp(text).ents])
        answer.setdefault("first_s", time.perf_counter() - loaded)
    answer["spans"] = [_context(nlp, item["text"], item["spans"]) for item in job["spans"]]
    answer["passes"] = [_timed(nlp, job["texts"][: job["timed"]], piped) for _ in range(job["passes"]) for piped in (False, True)]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answer, file)


def _timed(nlp, texts, piped):
    """CPU and wall seconds of one pass over the first texts: one by one, or through nlp.pipe; the better of the two counts."""
    cpu, wall = time.process_time(), time.perf_counter()
    if piped:
        for _ in nlp.pipe(texts):
            pass
    else:
        for text in texts:
            nlp(text)
    return {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}


def _context(nlp, text, spans):
    """ConText's word on spans given from outside: the same pipeline without the matcher."""
    doc = nlp.make_doc(text)
    doc = nlp.get_pipe("medspacy_pyrush")(doc)
    found = [doc.char_span(start, end, label="target", alignment_mode="expand") for start, end in spans]
    out = []
    for span in found:  # one at a time: given spans may overlap, entities may not
        if span is None:
            out.append(_values(None))
            continue
        doc.set_ents([span])
        doc = nlp.get_pipe("medspacy_context")(doc)
        out.append(_values(doc.ents[0]))
        for name in ("is_negated", "is_uncertain", "is_historical", "is_hypothetical", "is_family"):
            setattr(doc.ents[0]._, name, False)
    return out


def _mention(ent):
    return {"concept": ent.label_, "start": ent.start_char, "end": ent.end_char, **_values(ent)}


def _values(ent):
    """ConText's five flags in our words."""
    if ent is None:
        return {"presence": "present", "experiencer": "self", "temporality": "current"}
    flags = ent._
    return {
        "presence": "absent" if flags.is_negated else "uncertain" if flags.is_uncertain else "present",
        "experiencer": "other" if flags.is_family else "self",
        "temporality": "hypothetical" if flags.is_hypothetical else "past_resolved" if flags.is_historical else "current",
    }


def _version(name, module):
    from importlib.metadata import version

    return getattr(module, "__version__", None) or version(name)


if __name__ == "__main__":
    main()
