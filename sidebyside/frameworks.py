"""The frameworks' names, wherever they appear: as tags of cells, as keys, and to be read."""

LABELS = {"numpy": "NumPy", "tensorflow": "TensorFlow", "pytorch": "PyTorch"}
"""How a framework is written, by its key; in the order of the tabs."""

FRAMEWORKS = tuple(LABELS)

PARITY_MIME = "application/vnd.sidebyside.parity+json"
"""The type under which a notebook stores the result of a comparison; coverage reads it."""

NEEDED_MIME = "application/vnd.sidebyside.needed+json"
"""The type under which a notebook stores what each setting of a comparison is needed for."""
