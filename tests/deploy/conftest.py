"""The server chapter takes minutes, nginx and the system's Python: `python3 run.py chapter` runs it, `run.py test` does not."""

import os

collect_ignore_glob = [] if os.environ.get("SERVER_CHAPTER") else ["test_*.py"]
