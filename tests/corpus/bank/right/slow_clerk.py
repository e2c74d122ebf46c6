import random
import time


def deposit(balance, amount, lock):
    time.sleep(random.random() / 100)
    lock.acquire()
    before = balance.value
    # the clerk is slow
    time.sleep(random.random() / 200)
    balance.value = before + amount
    lock.release()
