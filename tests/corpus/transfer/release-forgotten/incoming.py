def book(account, amount, lock):
    lock.acquire()
    account.value = account.value + amount
    if amount < 0:
        # only money that goes out has to be announced
        print("paid", -amount)
        lock.release()


def transfer(source, target, amount, source_lock, target_lock):
    book(source, -amount, source_lock)
    book(target, amount, target_lock)
