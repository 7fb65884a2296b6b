"""What a finished or running call leaves behind: SBAR note, FHIR Bundle, CDS Hooks cards, CSV and JSON. Pure."""
