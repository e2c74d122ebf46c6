def deposit(balance, amount, lock):
    rest = amount
    while rest:
        with lock:
            balance.value = balance.value + 1
        rest -= 1
