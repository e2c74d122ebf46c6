def deposit(balance, amount, lock):
    lock.acquire()
    old = balance.value
    new = old + amount
    balance.value = new
    lock.release()
