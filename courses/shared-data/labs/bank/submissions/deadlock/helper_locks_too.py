def add(balance, amount, lock):
    with lock:
        balance.value = balance.value + amount


def deposit(balance, amount, lock):
    with lock:
        add(balance, amount, lock)
