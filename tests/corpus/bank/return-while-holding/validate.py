def deposit(balance, amount, lock):
    lock.acquire()
    balance.value += amount
    if balance.value > 0:
        return balance.value
    lock.release()
    return None
