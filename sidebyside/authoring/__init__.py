"""What authors run: execute chapters, release assignments, check notebooks, read the answer banks.

``make notebooks``, ``make release`` and ``make test`` call these modules; the chapters and the book
do not.
"""
