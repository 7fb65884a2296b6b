"""Stock Rasa with DIET over a job, in an environment with TensorFlow: `python rasa_worker.py job.json answer.json`.

In: {"phrases", "others", "texts", "timed", "epochs", "folder", "core"}. Out: mentions of each text, speed. Called by
`evaluation.peers.run`. Standard library and Rasa only: nothing of ours is installed there.

The pipeline is the one `rasa init` writes, without the response selector, which reads nothing, and with whole entities instead
of begin, inside and last: four tags for each of 86 concepts would make an epoch ten times as long. One intent a concept and
the whole phrase as an entity of the concept's name; `others` are the other intents a bot has (greetings, thanks,
questions). A message means its entities, and its intent unless the fallback won.
"""

import asyncio
import hashlib
import json
import os
import sys
import time
from pathlib import Path

STARTED = time.perf_counter()

CONFIG = """recipe: default.v1
assistant_id: peer
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
    BILOU_flag: false
    random_seed: 7
  - name: EntitySynonymMapper
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""
FALLBACK = "nlu_fallback"


def main() -> None:
    """Train unless it was done before on exactly this, then read every text."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    import rasa
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    imported = time.perf_counter()
    folder = Path(job["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    nlu, config = _training_data(job), CONFIG.format(epochs=job["epochs"])
    name = "diet-" + hashlib.sha256((nlu + config).encode()).hexdigest()[:12]
    model = folder / f"{name}.tar.gz"
    trained = 0.0
    if not model.exists():
        (folder / "nlu.yml").write_text(nlu, encoding="utf-8")
        (folder / "config.yml").write_text(config, encoding="utf-8")
        os.environ["RASA_CACHE_ENABLED"] = "false"
        train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name=name)
        trained = time.perf_counter() - imported
    if job["core"] is not None:
        os.sched_setaffinity(0, {job["core"]})
    before = time.perf_counter()
    agent = Agent.load(str(model))
    loaded = time.perf_counter()
    answer = {
        "about": f"Rasa {rasa.__version__}, DIET, {job['epochs']} epochs",
        "import_s": imported - STARTED,
        "train_s": trained,
        "load_s": loaded - before,
        "mentions": [],
        "spans": [],
    }
    loop = asyncio.new_event_loop()
    cpu, wall = time.process_time(), time.perf_counter()
    for number, text in enumerate(job["texts"], start=1):
        parsed = loop.run_until_complete(agent.parse_message(text))
        answer["mentions"].append(_mentions(parsed, text, job["phrases"]))
        answer.setdefault("first_s", time.perf_counter() - loaded)
        if number == job["timed"]:
            answer["passes"] = [{"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answer, file)


def _training_data(job) -> str:
    lines = ['version: "3.1"', "nlu:"]
    for concept, phrases in job["phrases"].items():
        lines += [f"- intent: {concept}", "  examples: |"]
        lines += [f"    - [{_plain(phrase)}]({concept})" for phrase in phrases]
    for intent, examples in job["others"].items():
        lines += [f"- intent: other_{intent}", "  examples: |"]
        lines += [f"    - {_plain(example)}" for example in examples]
    return "\n".join(lines) + "\n"


def _plain(phrase: str) -> str:
    """Without the marks that Rasa reads as annotations."""
    return " ".join(phrase.translate(str.maketrans("[](){}", "      ")).split())


def _mentions(parsed, text, phrases):
    found = [
        {"concept": entity["entity"], "start": entity["start"], "end": entity["end"]}
        for entity in parsed["entities"]
        if entity["entity"] in phrases
    ]
    intent = parsed["intent"]["name"]
    if intent != FALLBACK and intent in phrases and all(mention["concept"] != intent for mention in found):
        found.append({"concept": intent, "start": 0, "end": len(text)})
    return found


if __name__ == "__main__":
    main()
