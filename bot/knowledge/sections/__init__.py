"""One module per section of the knowledge; how to write one is told at the top of bot/knowledge/load.py."""
