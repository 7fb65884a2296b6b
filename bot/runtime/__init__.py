"""How Rasa is run: training, server, one turn with its guards, storage, logging."""
