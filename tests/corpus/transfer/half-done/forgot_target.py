def transfer(source, target, amount, source_lock, target_lock):
    def change(account, by, lock):
        with lock:
            new = account.value + by
            account.value = new

    change(source, -amount, source_lock)
    if amount < 0:
        change(target, amount, target_lock)
