"""The WSGI entry point: `granian --interface wsgi app:app`, `gunicorn app:app`, `flask …`."""

from consult import create_app

app = create_app()
