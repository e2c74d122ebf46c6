from time import sleep


def deposit(balance, amount, lock):
    with lock:
        old = balance.value
    sleep(0.05)
    with lock:
        balance.value = old + amount
