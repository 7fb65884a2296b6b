"""Rasa graph components, thin: Rasa messages <-> readings of `bot.extraction`."""
