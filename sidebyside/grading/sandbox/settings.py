"""What a sandbox is asked to be, as plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sidebyside.grading.contract import Limits


@dataclass(frozen=True)
class Sandbox:
    """One place for one submission's code.

    Attributes:
        limits: what the code may use.
        files: what it finds in its directory (relative path → content).
        read: further paths of this machine that it may read, besides the Python installation.
        unsafe: only what needs no namespaces: limits, a clean environment, a directory of its own.
            The code keeps all other rights of the user.
        bind: directories of this machine that it may write, as (path here, path inside). They get
            no limit of size, and are left as they are: nothing changes their owner or mode.
        files_from: a directory of this machine whose regular files are copied into its directory
            before ``files``; symbolic links are left out.
    """

    limits: Limits = field(default_factory=Limits)
    files: Mapping[str, bytes] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    unsafe: bool = False
    bind: tuple[tuple[str, str], ...] = ()
    files_from: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything but ``files``, as data for ``json.dumps``."""
        return {
            "limits": dataclasses.asdict(self.limits),
            "read": list(self.read),
            "unsafe": self.unsafe,
            "bind": [list(pair) for pair in self.bind],
            "files_from": self.files_from,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sandbox:
        """The sandbox that ``to_json`` described; it has no ``files``."""
        return cls(
            limits=Limits(**data["limits"]),
            read=tuple(data["read"]),
            unsafe=data["unsafe"],
            bind=tuple((outside, inside) for outside, inside in data["bind"]),
            files_from=data["files_from"],
        )
