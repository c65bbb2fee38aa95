"""A private PostgreSQL server in a temporary directory, for tests and experiments.

    python scripts/postgres.py            # starts one, prints its URL, stops it at Ctrl-C
    with server() as url: ...             # the same in a test

The programs come from Debian's packages and are installed with apt-get if they are missing (as
root only). The server listens on a Unix socket in its own directory and on no network port. As
root it runs as the user ``postgres``, since PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PORT = 5432  # names the socket; no port is opened
USER = "postgres"


class PostgresUnavailable(Exception):
    """PostgreSQL is not installed and can't be installed here."""


def programs() -> Path:
    """The directory of ``initdb`` and ``postgres``; installs them if they are missing.

    Raises:
        PostgresUnavailable: they are missing and there is no apt-get, or no right to use it.
    """
    if (found := _installed()) is not None:
        return found
    if shutil.which("apt-get") is None or os.getuid() != 0:
        raise PostgresUnavailable(
            "PostgreSQL is not installed, and only root with apt-get could install it: "
            "run `apt-get install postgresql`"
        )
    # Debian's package would otherwise make and start a cluster of its own.
    settings = Path("/etc/postgresql-common/createcluster.d/no-cluster.conf")
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("create_main_cluster = false\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
        done = subprocess.run(
            ["apt-get", "-q", *command], env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise PostgresUnavailable(
                f"`apt-get {' '.join(command)}` failed: {done.stderr.strip()[-500:]}"
            )
    found = _installed()
    if found is None:
        raise PostgresUnavailable("apt-get installed PostgreSQL, but its initdb can't be found")
    return found


def _installed() -> Path | None:
    for pattern in ("/usr/lib/postgresql/*/bin/initdb", "/usr/local/bin/initdb"):
        found = sorted(glob.glob(pattern), key=lambda path: [len(path), path])
        if found:
            return Path(found[-1]).parent
    which = shutil.which("initdb")
    return Path(which).resolve().parent if which else None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server with an empty database; yields the database's URL for SQLAlchemy.

    Raises:
        PostgresUnavailable: it can't be had here.
    """
    found = programs()
    account = _account()
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        data = Path(folder, "data")
        data.mkdir(mode=0o700)
        if account is not None:
            for path in (folder, data):
                os.chown(path, account.pw_uid, account.pw_gid)
        options = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
        if account is not None:
            options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        made = subprocess.run(
            [found / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"],
            capture_output=True,
            text=True,
            **options,
        )
        if made.returncode:
            raise PostgresUnavailable(f"initdb failed: {made.stderr.strip()[-500:]}")
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(
                [found / "postgres", "-D", data, "-k", folder, "-h", "", "-p", str(PORT)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **options,
            )
        try:
            _wait(process, Path(folder, f".s.PGSQL.{PORT}"), Path(folder, "log"))
            yield f"postgresql+psycopg://{USER}@/postgres?host={folder}&port={PORT}"
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown: connections are closed
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _account() -> pwd.struct_passwd | None:
    """The account to run under: None for our own."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _wait(process: subprocess.Popen, socket: Path, log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        if socket.exists() and "ready to accept connections" in log.read_text("utf-8", "replace"):
            return
        time.sleep(0.05)
    raise PostgresUnavailable(f"the server did not start: {log.read_text()[-500:]}")


def main() -> int:
    try:
        with server() as url:
            print(url, flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
    except PostgresUnavailable as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
