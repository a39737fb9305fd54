"""The WSGI entry point: `granian --interface wsgi app:app`, `gunicorn app:app`, `flask …`."""

import sys

from consult import create_app
from consult.config import Misconfigured

try:
    app = create_app()
except Misconfigured as error:
    sys.exit(f"The server does not start: {error}")
