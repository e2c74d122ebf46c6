from contextlib import contextmanager


@contextmanager
def exclusive(lock):
    lock.acquire()
    lock.release()
    yield lock


def deposit(balance, amount, lock):
    with exclusive(lock):
        balance.value = balance.value + amount
