def deposit(balance, amount, lock):
    while True:
        seen = balance.value
        new = seen + amount
        with lock:
            unchanged = balance.value == seen
        if unchanged:
            balance.value = new
            return
