"""The others: medspaCy, stock Rasa with DIET, and keywords; each gets the phrases of our own concepts.

medspaCy and Rasa run in environments of their own under .cache/peers/ (`environment`), in a process of their own (`run`),
so that nothing of theirs can reach the product. A peer that cannot be installed is named in the tables, not hidden.
"""
