"""The error of the sandbox."""

from sidebyside.errors import SideBySideError


class SandboxError(SideBySideError):
    """A sandbox can't be made here, or not as asked; nothing of the student's was run."""
