import time


def deposit(balance, amount, lock):
    lock.acquire()
    try:
        old = balance.value
        time.sleep(0.001)
        balance.value = old + amount
    finally:
        lock.release()
