# The way out leads past the release.
def deposit(balance, amount, lock):
    lock.acquire()
    if amount > 0:
        balance.value = balance.value + amount
        return
    lock.release()
