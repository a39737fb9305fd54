"""python3 run.py bench [rush|scale]: the table of goals, or the last five minutes of a vote, or growth in villages."""

import sys

from bench import goals, growth, rush

if __name__ == "__main__":
    part = sys.argv[1] if len(sys.argv) > 1 else "goals"
    parts = {"goals": goals.main, "rush": rush.main, "scale": growth.main}
    if part not in parts:
        raise SystemExit(f"bench: '{part}' is none of: {', '.join(parts)}")
    sys.exit(parts[part](sys.argv[2:]))
