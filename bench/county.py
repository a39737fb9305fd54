"""A whole county in PostgreSQL, made by the database itself, and one village in it that is voting now."""

import json
import sys

from sqlalchemy import text

from bench.village import build
from consult import create_app
from consult.models import db
from consult.services.core import schema

STATEMENTS = (
    """INSERT INTO village (slug, name, province, timezone, founded_at, clock_mark)
       SELECT 'v' || v, '榕溪村' || v, '', 'Asia/Shanghai', now() - interval '1 year', now() - interval '1 year'
       FROM generate_series(1, :villages) v""",
    "INSERT INTO audit_head SELECT id, 0, repeat('0', 64) FROM village WHERE slug LIKE 'v%'",
    "INSERT INTO village_group (village_id, name, position) SELECT id, '上围', 1 FROM village WHERE slug LIKE 'v%'",
    """INSERT INTO household (village_id, group_id, code)
       SELECT g.village_id, g.id, 'h' || h FROM village_group g, generate_series(1, :people / 4) h
       WHERE g.name = '上围'""",
    """INSERT INTO person (village_id, household_id, roll_position, name, relation, sex, born, residence, collective_member)
       SELECT h.village_id, h.id, p, '陈' || p, '', '', date '1970-01-01', '', false
       FROM household h, generate_series(1, 4) p""",
    """INSERT INTO consultation (village_id, year, number, opened_by, opened_at, request_key)
       SELECT v.id, 2026, n, (SELECT min(p.id) FROM person p WHERE p.village_id = v.id), now(), v.id || '-' || n
       FROM village v, generate_series(1, 30) n WHERE v.slug LIKE 'v%'""",
    """INSERT INTO proposal (village_id, consultation_id, title, summary, text, language, proposed_by, proposed_at)
       SELECT village_id, id, '修好第' || number || '条水圳', '去年大水冲坏了三处。', '', 'zh-Hans-CN', opened_by, opened_at
       FROM consultation""",
    """INSERT INTO poll (village_id, consultation_id, body, kind, question, max_choices, standing, standing_source,
                         short_notice_reason, opens_at, closes_at, drafted_by, drafted_at, request_key, announced_by,
                         announced_at, adult_on, frozen, fingerprint, roll_people, roll_households)
       SELECT c.village_id, c.id, 'VA_people', 'motion', '您赞成吗？', 1, 'advisory', '', '', now() - interval '9 days',
              now() - interval '2 days', c.opened_by, now(), 'county' || c.id, c.opened_by, now(), date '2026-01-01',
              CAST(:frozen AS json), repeat('0', 64), :people, :people / 4
       FROM consultation c WHERE c.number <= 2""",
    """INSERT INTO poll_option (poll_id, number, village_id, label)
       SELECT p.id, n, p.village_id, (ARRAY['support', 'oppose', 'abstain'])[n] FROM poll p, generate_series(1, 3) n""",
    """INSERT INTO roll_entry (poll_id, number, village_id, unit, household_id, person_id, voted_by, channel, rev)
       SELECT p.id, row_number() OVER (PARTITION BY p.id ORDER BY v.id), p.village_id, 'person:' || v.id, v.household_id,
              v.id, v.id, 'phone', 1 FROM poll p JOIN person v ON v.village_id = p.village_id""",
    """INSERT INTO ballot_event (poll_id, number, rev, village_id, choice, channel, actor_id, idem_key, receipt, salt, cast_at)
       SELECT poll_id, number, 1, village_id, '[' || number % 3 + 1 || ']', 'phone', person_id, 'k' || number,
              poll_id || 'R' || number, 'salt', now() FROM roll_entry""",
    """INSERT INTO poll_tally (poll_id, village_id, counts, counted_at)
       SELECT poll_id, village_id, json_build_object('roll', count(*), 'present', count(*), 'counts', json_build_array(
              count(*) FILTER (WHERE number % 3 = 0), count(*) FILTER (WHERE number % 3 = 1),
              count(*) FILTER (WHERE number % 3 = 2)), 'by_channel', json_build_object('phone', count(*))), now()
       FROM roll_entry GROUP BY poll_id, village_id""",
)


def make(villages: int, people: int) -> None:
    frozen = {
        "format": 2,
        "poll": 0,
        "village": 0,
        "group": None,
        "kind": "motion",
        "proposal": {"revision": 1, "digest": "-"},
        "question": "-",
        "secret": False,
        "channels": ["phone"],
        "turnout_shown": True,
        "helper_cap": None,
        "standing": "advisory",
        "standing_source": "",
        "short_notice_reason": "",
        "opens_at": "2026-01-01T00:00:00+00:00",
        "closes_at": "2026-01-02T00:00:00+00:00",
        "announced_at": "2026-01-01T00:00:00+00:00",
        "adult_on": "2026-01-01",
        "options": ["support", "oppose", "abstain"],
        "max_choices": 1,
        "rule": {
            "body": "VA_people",
            "unit": "person",
            "quorum": {"of": "1/2", "strict": True},
            "majority": {"of": "1/2", "strict": True},
            "base": "present",
            "notice_days": 10,
            "source": "-",
        },
        "roll": {"units": people, "digest": "-"},
    }
    facts = {"villages": villages, "people": people, "frozen": json.dumps(frozen)}
    for statement in STATEMENTS:
        db.session.execute(text(statement), {k: v for k, v in facts.items() if f":{k}" in statement})
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    with create_app().app_context():
        schema.create()
        make(int(sys.argv[1]), int(sys.argv[2]))
        facts = build(int(sys.argv[3]))
        closed = db.session.execute(
            text("SELECT v.slug, p.id FROM poll p JOIN village v ON v.id = p.village_id WHERE v.slug LIKE 'v%'")
        )
        print(json.dumps(facts | {"closed": [list(row) for row in closed]}))
