def deposit(balance, amount, lock):
    start = 100
    with lock:
        if balance.value == start:
            balance.value = start + amount
        else:
            balance.value = 175
