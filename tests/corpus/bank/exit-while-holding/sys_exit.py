import sys


def deposit(balance, amount, lock):
    lock.acquire()
    balance.value = balance.value + amount
    sys.exit(0)
    lock.release()
