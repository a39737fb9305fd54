"""A line as in the hills: three replies of ten are cut after the server has done its work, and people press again."""

import random
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from consult import clock
from consult.domain.people.sign_ins import SignInWay
from consult.models import BallotEvent, Person, Poll, SealedBallot, db
from consult.services.people import sign_ins
from consult.services.polls import closing
from consult.services.site.verification import verify
from tests.faults.test_kills import Caller, Running
from tests.faults.test_rush import crowd
from tests.village import a_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
CUT = 0.3


class BadLine:
    """A proxy in front of the server that cuts some replies to a vote, wholly or in the middle."""

    def __init__(self, port: int) -> None:
        self.server, self.dice, self.cut = port, random.Random(3), 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.server)) as server:
            request = _whole(client)
            server.sendall(request)
            answer = b"".join(iter(lambda: server.recv(65536), b""))
            voting = request.startswith(b"POST ") and b"/ballots HTTP" in request.split(b"\r\n", 1)[0]
            if voting and self.dice.random() < CUT:
                self.cut += 1
                client.sendall(answer[: self.dice.choice((0, len(answer) // 2))])
                return
            client.sendall(answer)


def _whole(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")), 0)
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def running(config) -> Iterator[Running]:
    server = Running(config)
    yield server
    server.kill()


@pytest.mark.parametrize("secret", [False, True])
def test_every_voter_gets_one_receipt_and_one_ballot_through_a_line_that_cuts_three_of_ten_replies(
    app, config, village, running, secret
):
    with app.app_context():
        voters = crowd(village)
        poll_id = a_poll(village, secret=secret)
        tokens = [sign_ins.begin(db.session.get(Person, v), SignInWay.DEMO, now=clock.now()) for v in voters]
        db.session.remove()
    line = BadLine(running.port)
    callers = [Caller(running, poll_id, token, n % 3 + 1) for n, token in enumerate(tokens)]
    for caller in callers:
        caller.prepare()
        caller.look()
        caller.base = caller.base.replace(f":{running.port}/", f":{line.port}/")
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda caller: caller.press_until_answered(), callers))
    line.close()
    print(
        f"{'secret' if secret else 'named'}: {len(voters)} voters, {line.cut} replies cut, {len(set(receipts))} receipts"
    )
    assert line.cut > len(voters) * CUT / 3
    assert len(set(receipts)) == len(voters)
    with app.app_context():
        assert db.session.query(SealedBallot if secret else BallotEvent).count() == len(voters)
        assert list(verify(village.row())) == []
        closes = db.session.get(Poll, poll_id).closes_at
        declared = closing.declare(db.session.get(Poll, poll_id), village.old_chan.act(now=closes))
        assert sum(declared.facts["tally"]["counts"]) == len(voters)
