"""Ways in and out: HTTP, pages, JSON. They know platforms and no medicine."""
