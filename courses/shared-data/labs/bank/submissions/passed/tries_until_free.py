from time import sleep


def deposit(balance, amount, lock):
    while not lock.acquire(block=False):
        sleep(0.001)
    balance.value = balance.value + amount
    lock.release()
