"""The WSGI entry point: `granian --interface wsgi app:app`, `gunicorn app:app`, `flask …`."""

import os
import sys

from consult import create_app
from consult.cli import unstarted
from consult.config import Misconfigured
from consult.services.machine import attendance

os.umask(0o077)  # whatever is written is for its owner only
try:
    app = create_app()
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # a web server; commands say by themselves what they need
        attendance.begin(app)
except Misconfigured as error:
    sys.exit(unstarted(error, sys.argv[1:]))
