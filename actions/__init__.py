"""What the bot does in a conversation: one module a user-visible act, all thin.

The actions know Rasa and no medicine: they fetch the case from the tracker, let the core decide and word, and send. The
same package runs inside the server (`bot.runtime.actions_in_process`) and under stock `rasa run actions`. Keep it flat:
rasa_sdk imports sub-packages without their prefix.
"""
