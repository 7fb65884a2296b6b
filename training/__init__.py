"""How the sentence encoder of the second look is made. Nothing here runs in the bot.

    data/nlu/second_look/*.yml ─ messages ─▶ folds ─ fit ─▶ scores ─ calibrate ─▶ thresholds ─ export ─▶ model folder

In: labelled messages and the pretrained MiniLM. Out: `bot/extraction/models/second_look/` and the figures of
docs/second-look.md. Called by `make train-encoder` (scripts/train_encoder.py), which makes `.venv-encoder` with
PyTorch first. Single-threaded workers and fixed seeds: the same machine gives the same model.
"""
