"""The WSGI entry point: `granian --interface wsgi app:app`, `gunicorn app:app`, `flask …`."""

import os
import sys

from consult import create_app
from consult.config import Misconfigured

os.umask(0o077)  # whatever is written is for its owner only
try:
    app = create_app()
except Misconfigured as error:
    sys.exit(f"The server does not start: {error}")
