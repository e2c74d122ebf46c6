def deposit(balance, amount, lock):
    with lock:
        balance = balance + amount
