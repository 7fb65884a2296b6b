"""The clinicians' room: YAML knowledge and its gatekeeper (see README.md here)."""
