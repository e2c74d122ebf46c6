def deposit(balance, amount, lock):
    done = False
    while not done:
        seen = balance.value
        new = seen + amount
        with lock:
            if balance.value == seen:
                balance.value = new
                done = True
