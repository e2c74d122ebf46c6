# The balance is looked up before the lock is taken.
from time import sleep


def deposit(balance, amount, lock):
    old = balance.value
    sleep(0.05)
    with lock:
        balance.value = old + amount
