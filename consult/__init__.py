"""create_app: extensions → ports → web → views → cli."""

import logging

from flask import Flask

from consult import cli, extensions, logs, views, web
from consult.config import ROOT, Config
from consult.services.core import typesetting
from consult.services.machine import data_keys
from consult.services.meetings import poll_port
from consult.services.site import touched_polls
from consult.web.dispatch import Application

log = logging.getLogger("consult")


def create_app(config: Config | None = None) -> Flask:
    """Return the WSGI application. Without a config it reads the environment; raises Misconfigured if that is unsafe."""
    config = config or Config.from_env()
    if config.mode != "test":
        logs.configure(config.log_level, config.log_format, for_command=cli.is_command())
    if config.mode == "production" and config.delivery == "file":
        log.warning("DELIVERY=file: messages are written to a file and reach no phone")
    app = Application(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "consult" / "static"),
        instance_path=str(config.instance_path),
    )
    extensions.init_app(app, config)
    poll_port.fill()
    touched_polls.fill()
    web.init_app(app, config)
    views.init_app(app, config)
    cli.init_app(app)
    data_keys.attend(app)
    typesetting.attend()
    app.extensions["create_app"] = create_app  # for a drill, which needs the same app on another database
    return app
