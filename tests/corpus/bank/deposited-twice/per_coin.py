def deposit(balance, amount, lock):
    coin = 0
    while coin <= amount:
        lock.acquire()
        balance.value += 1
        lock.release()
        coin += 1
