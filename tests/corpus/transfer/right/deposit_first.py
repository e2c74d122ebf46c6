def transfer(source, target, amount, source_lock, target_lock):
    try:
        target_lock.acquire()
        target.value = target.value + amount
    finally:
        target_lock.release()
    try:
        source_lock.acquire()
        source.value = source.value - amount
    finally:
        source_lock.release()
