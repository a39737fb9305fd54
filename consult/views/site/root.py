"""/: the one village, or the list of them."""

import io
from functools import lru_cache
from importlib import import_module
from typing import Any

from flask import Blueprint, Response, make_response, redirect, url_for
from sqlalchemy import select

from consult.config import ROOT
from consult.models import Village, db
from consult.web import pages
from consult.web.access import public
from consult.web.guards import handing_out

bp = Blueprint("root", __name__)
PARTS = (
    "app.py",
    "run.py",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CODE_OF_CONDUCT.md",
    "LICENSE",
    "requirements.in",
    "requirements.txt",
    "requirements-dev.in",
    "requirements-dev.txt",
    "consult",
    "templates",
    "translations",
    "tests",
    "bench",
    "docs",
)
PASSED_OVER = ("__pycache__", ".pyc", ".mo")


@bp.get("/", endpoint="show")
@public
def show_root() -> Response:
    return lead_to_village("home.show")


def lead_to_village(target: str) -> Response:
    """Lead to a page of the one village that there is, or to the list of villages."""
    villages = db.session.execute(select(Village.slug, Village.name).order_by(Village.id).limit(200)).all()
    if len(villages) == 1:
        return make_response(redirect(url_for(target, slug=villages[0].slug), 303))
    return pages.page("site/root/show.html", villages=villages, target=target)


@bp.get("/program")
@public
def about() -> Response:
    """Say what this program is, and where its source is."""
    return pages.page("site/root/about.html")


@bp.get("/source.tar.gz")
@public
def source() -> Response:
    """Send the source of this program, which its licence (AGPL, section 13) promises to all users over a network."""
    return handing_out.file(_archive(), handing_out.GZIP, "consult-source.tar.gz", public=True)


@lru_cache(maxsize=1)
def _archive() -> bytes:
    out, tarfile = io.BytesIO(), import_module("tarfile")  # big, and hardly ever asked for
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as archive:
        for part in PARTS:
            if (ROOT / part).exists():
                archive.add(ROOT / part, f"consult-source/{part}", filter=_plain)
    return out.getvalue()


def _plain(member: Any) -> Any:
    """Leave out files made from others, and the names of this machine."""
    if member.name.endswith(PASSED_OVER):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
