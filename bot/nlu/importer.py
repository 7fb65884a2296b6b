"""Training data: the files under data/ plus the example questions of the FAQ knowledge.

In: Rasa's file list, `bot/knowledge/faq/*.yml`. Out: Rasa training data. Called by Rasa when it trains or validates
(`importers:` in config.yml). The examples have one home, beside the answers they lead to.

Left out: data/nlu/second_look. Its messages teach the sentence encoder (docs/second-look.md), whose labels stand in
their metadata; as examples of one intent they would drown the other intents and double the training time.
"""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Text, Union

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge.load import load

FAQ_INTENT = "ask_faq"
#: Folder under data/nlu whose examples are not for the intent classifier.
ENCODER_DATA = "second_look"
#: So many questions of each topic teach the classifier what a question is like; all of them would outweigh the other
#: intents, and statements ("the outside of my thigh is numb") would pass for questions. Which topic it is, `bot.nlu.topics` says.
EXAMPLES_A_TOPIC = 5


class KnowledgeImporter(RasaFileImporter):
    """Rasa's own importer with the FAQ examples added and the encoder's messages left out."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._nlu_files = [file for file in self._nlu_files if Path(file).parent.name != ENCODER_DATA]  # type: ignore[has-type]

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """Files and FAQ examples in one (see parent class)."""
        files: TrainingData = super().get_nlu_data(language)
        return files.merge(TrainingData(faq_examples()))


def faq_examples() -> list[Message]:
    """Training messages of the first example questions of each FAQ topic."""
    return [
        Message.build(text=question, intent=FAQ_INTENT)
        for topic in load().faq.values()
        for question in topic.questions[:EXAMPLES_A_TOPIC]
    ]
