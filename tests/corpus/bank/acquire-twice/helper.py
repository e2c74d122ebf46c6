def current(balance, lock):
    with lock:
        return balance.value


def deposit(balance, amount, lock):
    with lock:
        balance.value = current(balance, lock) + amount
