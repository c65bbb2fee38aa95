"""The errors of the warm parent."""

from sidebyside.errors import SideBySideError


class WarmError(SideBySideError):
    """The warm parent can't be started, or can't fork."""


class WarmParentLost(WarmError):
    """The warm parent has ended, with all its children; ``start()`` makes a new one."""
