"""How we know: chains from a statement to its occasion, independent sources, circular reports, fidelity of quotes.

Pure functions on rows and arrays. Nothing here imports Datasette or draws a page.
"""
