"""Goal 11: the same pages with 100 villages and with many more, on PostgreSQL. BENCH_PG names a server's address.

Needs DATABASE_URL of a PostgreSQL in which databases may be made, for example
postgresql://postgres@127.0.0.1:5432/postgres. The number of villages is the first argument (default 2000).
"""


def main(_arguments: list[str]) -> int:
    raise SystemExit("bench scale: not written yet")
