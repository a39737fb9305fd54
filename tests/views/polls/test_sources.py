"""The source of a request is what one machine cannot change by itself."""

import pytest

from consult.web.guards.browser import source_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2408:8256:100:1200::1", "2408:8256:100:12ff:aaaa::9"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_addresses_of_one_line_are_one_source(one, other):
    assert source_of(one) == source_of(other) != ""


def test_addresses_of_two_lines_are_two_sources_and_what_is_no_address_is_none():
    assert source_of("203.0.113.7") != source_of("203.0.113.8")
    assert source_of("2408:8256:100:1200::1") != source_of("2408:8256:100:1300::1")
    assert source_of(None) == source_of("") == source_of("unix:") == ""
