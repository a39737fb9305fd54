"""python3 run.py bench [rush|scale|meeting|cases]: the goals, the end of a vote, growth in villages, a full hall, 20,000 cases."""

import sys

from bench import cases, goals, growth, meeting, rush

if __name__ == "__main__":
    part = sys.argv[1] if len(sys.argv) > 1 else "goals"
    parts = {"goals": goals.main, "rush": rush.main, "scale": growth.main, "meeting": meeting.main, "cases": cases.main}
    if part not in parts:
        raise SystemExit(f"bench: '{part}' is none of: {', '.join(parts)}")
    sys.exit(parts[part](sys.argv[2:]))
