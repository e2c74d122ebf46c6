def transfer(source, target, amount, source_lock, target_lock):
    source_lock.acquire()
    if source.value < amount:
        source_lock.release()
        return
    source.value -= amount
    with target_lock:
        target.value += amount
