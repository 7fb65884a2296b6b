"""Assessment in, words out: what people read, draw and print. `compose` is the door; nothing here knows a channel."""
