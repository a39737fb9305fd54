"""Templates compiled once a run and language, and read by all workers and servers of the run.

To compile all of them takes each process one and a half seconds of CPU for each language.
"""

import os
from pathlib import Path

from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from consult.config import Config

FOLDER = "COMPILED_TEMPLATES"
"""The variable of the environment that names the folder to the processes of a run."""


class CompiledTemplates(FileSystemBytecodeCache):
    """A cache that keeps each language's own: the sentences of its catalogue are compiled in."""

    def __init__(self, folder: str, config: Config) -> None:
        super().__init__(folder)
        catalogues = [(str(path), path.stat().st_mtime_ns) for path in sorted(config.translations.rglob("*.mo"))]
        self.sentences = repr((config.languages, catalogues))

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Return what is kept of a template with the sentences of this environment."""
        language = getattr(environment, "language", None)
        bucket = Bucket(
            environment,
            self.get_cache_key(f"{name} {language} {self.sentences}", filename),
            self.get_source_checksum(source),
        )
        self.load_bytecode(bucket)
        return bucket


def begin_in(folder: Path) -> None:
    """Keep the templates of this run there."""
    folder.mkdir(exist_ok=True)
    os.environ[FOLDER] = str(folder)


def share(app: Flask) -> Flask:
    """Let an app that has shown no page yet take its templates from those of the run."""
    if folder := os.environ.get(FOLDER):
        kept = CompiledTemplates(folder, app.config["CONSULT"])
        app.jinja_options = {**app.jinja_options, "bytecode_cache": kept}
    return app
