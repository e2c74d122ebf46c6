def deposit(balance, amount, lock):
    with lock:
        balance.value = 100 + amount
