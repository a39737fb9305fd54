"""python3 run.py bench [check|rush|kills|upgrades|siege|scale|meeting|cases|matters|phone|pictures|restart|outages]: each page against its record, the goals, the end of a vote, 60 kills, kills in upgrades of old databases, a siege of uploads, growth in villages, a full hall, 20,000 cases, 5,000 matters, Lighthouse; the pictures of the guides; a restart under load; outages."""

import sys

from bench import (
    cases,
    check,
    goals,
    growth,
    kills,
    lighthouse,
    matters,
    meeting,
    outages,
    pictures,
    restart,
    rush,
    siege,
    upgrades,
)

if __name__ == "__main__":
    part = sys.argv[1] if len(sys.argv) > 1 else "goals"
    parts = {
        "goals": goals.main,
        "check": check.main,
        "rush": rush.main,
        "kills": kills.main,
        "upgrades": upgrades.main,
        "scale": growth.main,
        "meeting": meeting.main,
        "cases": cases.main,
        "matters": matters.main,
        "siege": siege.main,
        "pictures": pictures.main,
        "phone": lighthouse.main,
        "restart": restart.main,
        "outages": outages.main,
    }
    if part not in parts:
        raise SystemExit(f"bench: '{part}' is none of: {', '.join(parts)}")
    sys.exit(parts[part](sys.argv[2:]))
