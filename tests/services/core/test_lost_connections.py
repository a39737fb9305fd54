"""A connection that the database ended: what is closed afterwards raises nothing, and the next request has a new one."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from consult.models import db


@pytest.mark.postgresql
def test_a_session_whose_connection_was_ended_is_given_back_without_an_error(app, config):
    with app.app_context():
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        engine = create_engine(config.database_url, poolclass=NullPool)
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        db.session.remove()
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with pytest.raises(OperationalError):
            db.session.scalar(text("SELECT 1"))
        db.session.remove()
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()
        db.engine.dispose()


@pytest.mark.postgresql
@pytest.mark.parametrize("path", ["/healthz", "/rongxi/"])
def test_a_page_is_asked_for_again_on_a_new_connection_before_anybody_reads_that_the_database_is_away(
    app, client, config, village, path
):
    assert client.get(path).status_code == 200
    engine = create_engine(config.database_url, poolclass=NullPool)
    with engine.connect() as other:
        ended = other.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).all()
    assert ended
    assert client.get(path).status_code == 200
