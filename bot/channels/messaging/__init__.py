"""Messaging platforms: their webhooks in, their habits and limits, their send APIs out (docs/messaging.md)."""
