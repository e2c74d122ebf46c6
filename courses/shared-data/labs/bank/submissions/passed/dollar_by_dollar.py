def deposit(balance, amount, lock):
    for dollar in range(amount):
        with lock:
            balance.value = balance.value + 1
