"""What stands behind the commands of `python -m bot`."""
