LIMIT = 0


def deposit(balance, amount, lock):
    # small amounts do not need the lock
    careful = amount < LIMIT
    if careful:
        lock.acquire()
    balance.value += amount
    if careful:
        lock.release()
