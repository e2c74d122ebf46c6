def transfer(source, target, amount, source_lock, target_lock):
    source_lock.acquire()
    source.value -= amount
    source_lock.release()
    target_lock.acquire()
    target.value += amount
    target_lock.release()
