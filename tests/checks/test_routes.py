"""Every route says who may open it, and means it."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from consult import create_app

REFUSED = {303, 401, 403}


@pytest.fixture
def config(config):
    """In demo mode, so that the demo's own routes are looked at too."""
    return replace(config, mode="demo")


@pytest.fixture
def rules(app) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_every_page_says_who_may_open_it(app):
    assert not {name for name, view in app.view_functions.items() if not hasattr(view, "access")}


def test_only_get_and_post(rules):
    methods = {method for rule in rules for method in rule.methods or ()}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_no_address_answers_to_both_get_and_post_with_one_view(rules):
    """What reads and what writes are two functions, each with its own name and guard."""
    assert not [rule.endpoint for rule in rules if {"GET", "POST"} <= (rule.methods or set())]


def test_addresses_are_small_letters_with_hyphens_and_typed_numbers(rules):
    for rule in rules:
        plain = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.\-]*", plain), rule.rule
        assert not re.search(r"<\w+_id>", rule.rule), f"{rule.rule}: an id is an int"


def address(rule: Rule) -> str:
    """Some address that a rule answers to."""
    path = rule.rule.replace("<slug>", "rongxi")
    path = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", path)
    return re.sub(r"<[^>]+>", "1", path)


def pages_not_public(app) -> list[tuple[str, str]]:
    guarded = [rule for rule in app.url_map.iter_rules() if app.view_functions[rule.endpoint].access != "public"]
    return [(method, address(rule)) for rule in guarded for method in rule.methods & {"GET", "POST"}]


@pytest.mark.sweep
def test_a_stranger_is_refused_at_every_guarded_page_before_anything_else(app, client, village):
    open_to_all, token = [], client.token()
    for method, path in pages_not_public(app):
        response = client.get(path) if method == "GET" else client.send(path, csrf_token=token)
        if response.status_code not in REFUSED:
            open_to_all.append((method, path, response.status))
    assert not open_to_all


@pytest.mark.sweep
def test_a_stranger_is_refused_in_the_same_way_where_there_is_nothing(app, client, village):
    told, token = [], client.token()
    for method, path in pages_not_public(app):
        nowhere = re.sub(r"/1(?=/|$)", "/999999", path)
        if method == "POST" and client.send(nowhere, csrf_token=token).status_code not in REFUSED:
            told.append(nowhere)
    assert not told


@pytest.mark.sweep
def test_somebody_of_another_village_is_a_stranger_here(app, as_person, village):
    wong, open_to_him = as_person(village.mr_wong), []
    token = wong.token()
    for method, path in pages_not_public(app):
        response = wong.get(path) if method == "GET" else wong.send(path, csrf_token=token)
        if response.status_code not in REFUSED:
            open_to_him.append((method, path, response.status))
    assert not open_to_him


@pytest.mark.sweep
def test_a_villager_is_refused_at_every_page_of_an_office(app, as_person, village):
    fong, open_to_her = as_person(village.ah_fong), []
    token = fong.token()
    for rule in app.url_map.iter_rules():
        if isinstance(app.view_functions[rule.endpoint].access, tuple):
            path = address(rule)
            response = fong.get(path) if "GET" in rule.methods else fong.send(path, csrf_token=token)
            if response.status_code != 403:
                open_to_her.append((path, response.status))
    assert not open_to_her


@pytest.mark.sweep
def test_nothing_is_posted_without_the_pages_token(app, client, village):
    accepted = []
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            path = address(rule)
            if client.post(path).status_code != 400:
                accepted.append(path)
    assert not accepted


def test_the_demos_doors_are_not_there_in_production(app, config):
    ways = {rule.endpoint for rule in app.url_map.iter_rules()}
    serious = create_app(replace(config, mode="production"))
    closed = ways - {rule.endpoint for rule in serious.url_map.iter_rules()}
    assert closed
    assert all(endpoint.startswith("demo.") for endpoint in closed)


LARGE = ("2147483647", "2147483648", "9223372036854775808", "9" * 30)
SAYS_503 = "health.ready"
"""Without a job runner it answers so; tests/views/site/test_watching.py asks it."""
ARGUMENTS = ("before", "after", "group", "like", "said", "petition", "row")


@pytest.mark.sweep
@pytest.mark.both_databases
def test_no_page_fails_at_a_number_that_no_row_can_have(app, as_person, village):
    """In the path and in every argument that is read as a number, for somebody who may open the most pages."""
    chan, failed = as_person(village.old_chan), []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in ("static", SAYS_503):
            continue
        path = rule.rule.replace("<slug>", "rongxi")
        path = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", path)
        paths = {re.sub(r"<[^>]+>", number, path) for number in LARGE}
        paths |= {f"{address(rule)}?" + "&".join(f"{name}={LARGE[2]}" for name in ARGUMENTS)}
        paths |= {f"{address(rule)}?" + "&".join(f"{name}=%C2%B2" for name in ARGUMENTS)}
        for one in sorted(paths):
            status = FlaskClient.open(chan, one, buffered=True).status_code
            if status >= 500:
                failed.append((one, status))
    assert not failed
