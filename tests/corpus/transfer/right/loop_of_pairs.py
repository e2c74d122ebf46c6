def transfer(source, target, amount, source_lock, target_lock):
    for account, lock, change in ((source, source_lock, -amount), (target, target_lock, +amount)):
        with lock:
            account.value += change
