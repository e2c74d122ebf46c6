def transfer(source, target, amount, source_lock, target_lock):
    for lock in sorted([source_lock, target_lock]):
        lock.acquire()
    source.value -= amount
    target.value += amount
