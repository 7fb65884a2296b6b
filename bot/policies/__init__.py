"""Rasa policies: who takes the turn."""
