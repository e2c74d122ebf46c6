def change(account, amount, lock):
    lock.acquire()
    try:
        account.value = account.value + amount
    finally:
        lock.release()


def transfer(source, target, amount, source_lock, target_lock):
    change(source, -amount, source_lock)
    change(target, amount, target_lock)
