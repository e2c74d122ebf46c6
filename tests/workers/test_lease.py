"""The lease of a claim, while its attempt runs."""

from __future__ import annotations

import threading

from sqlalchemy.exc import OperationalError

from workers.lease import LeaseKeeper

UNREACHABLE = OperationalError("UPDATE", {}, Exception("gone"))


def test_it_is_renewed_until_the_attempt_ends() -> None:
    renewed = threading.Semaphore(0)

    def renew() -> bool:
        renewed.release()
        return True

    lost = threading.Event()
    with LeaseKeeper(renew, lost.set, 0.03):
        assert all(renewed.acquire(timeout=10) for _ in range(3))
    assert not lost.is_set()


def test_a_lost_claim_is_told_once_and_never_renewed_again() -> None:
    calls = []
    lost = threading.Event()

    def renew() -> bool:
        calls.append(1)
        return False

    with LeaseKeeper(renew, lost.set, 0.03) as keeper:
        assert lost.wait(10)
        keeper._thread.join(10)
        assert not keeper._thread.is_alive()
    assert calls == [1]


def test_a_database_that_comes_back_in_time_loses_no_claim() -> None:
    answers = iter([UNREACHABLE, UNREACHABLE, True, UNREACHABLE, UNREACHABLE, True])
    done, lost = threading.Event(), threading.Event()

    def renew() -> bool:
        answer = next(answers, None)
        if answer is None:
            done.set()
            return True
        if isinstance(answer, OperationalError):
            raise answer
        return answer

    with LeaseKeeper(renew, lost.set, 0.03):
        assert done.wait(10)
    assert not lost.is_set()


def test_a_database_that_is_away_for_a_whole_lease_loses_the_claim() -> None:
    def renew() -> bool:
        raise UNREACHABLE

    lost = threading.Event()
    with LeaseKeeper(renew, lost.set, 0.03):
        assert lost.wait(10)
