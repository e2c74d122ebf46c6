def deposit(balance, amount, lock):
    with lock:
        balance.value += amount
