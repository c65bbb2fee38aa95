"""The server's half of the *Validate* button."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from sidebyside.grading.validating.validator import validate

_running: dict[Path, dict[str, Any]] = {}  # what runs now, by notebook


class ValidateHandler(APIHandler):
    """``POST``: validate a notebook. ``GET``: what its validation is doing."""

    def _path(self, given: str) -> Path:
        root = Path(self.settings["server_root_dir"]).expanduser().resolve()
        path = (root / given).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise web.HTTPError(404, f"there is no notebook {given!r}")
        return path

    @web.authenticated
    def get(self) -> None:
        self.finish(json.dumps(_running.get(self._path(self.get_argument("path")), {})))

    @web.authenticated
    async def post(self) -> None:
        path = self._path((self.get_json_body() or {}).get("path", ""))
        if path in _running:
            raise web.HTTPError(409, "this notebook is being validated already")
        _running[path] = {"task": "", "done": 0, "of": 0}

        def progress(task: str, done: int, of: int) -> None:
            _running[path] = {"task": task, "done": done, "of": of}

        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(None, validate, path, progress)
            tasks = [{"said": task.said, "failures": task.failures} for task in found]
            answer: dict[str, Any] = {"tasks": tasks}
        except Exception as error:  # told to the student, whatever it is
            self.log.warning("validation of %s failed", path, exc_info=True)
            answer = {"error": str(error) or type(error).__name__}
        finally:
            del _running[path]
        self.finish(json.dumps(answer))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server_app: Any) -> None:
    base = server_app.web_app.settings["base_url"]
    address = url_path_join(base, "sidebyside", "validate")
    server_app.web_app.add_handlers(".*$", [(address, ValidateHandler)])
