"""Cutting an attempt off, and only where that is allowed."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from workers.interruption import Interrupted, Interruption, Reason


def test_a_request_from_another_thread_wakes_up_who_waits() -> None:
    interruption = Interruption()
    with interruption.listening():
        timer = threading.Timer(0.05, interruption.request, [Reason.NOT_OURS])
        timer.start()
        with pytest.raises(Interrupted) as caught, interruption.allowed():
            threading.Event().wait(30)
        timer.join()
    assert caught.value.reason is Reason.NOT_OURS


def test_sigterm_waits_for_the_place_where_it_may_interrupt() -> None:
    interruption = Interruption()
    with interruption.listening():
        os.kill(os.getpid(), signal.SIGTERM)
        reached = True
        with pytest.raises(Interrupted) as caught, interruption.allowed():
            reached = False
    assert reached
    assert caught.value.reason is Reason.WORKER_STOPS


def test_a_second_signal_does_not_cut_the_cleaning_up_short() -> None:
    interruption = Interruption()
    cleaned = []

    def attempt() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            cleaned.append(True)

    with interruption.listening(), pytest.raises(Interrupted), interruption.allowed():
        attempt()
    assert cleaned


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interruption().listening():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
