"""What Rootline costs: seconds to start, milliseconds a turn, megabytes; beside a stock Rasa bot on the same machine.

    python -m bench            (`make bench`)

`server` starts a bot and watches it, `talk` speaks to it over HTTP, `stock` makes the stock bot (`rasa init`, trained) in its
own environment under .cache/. Nothing of ours is in the stock bot, nothing of TensorFlow in ours.
"""
