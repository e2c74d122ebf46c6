def transfer(source, target, amount, source_lock, target_lock):
    # always the lock of the richer account first, so that all do it alike
    if source.value >= target.value:
        first, second = source_lock, target_lock
    else:
        first, second = target_lock, source_lock
    first.acquire()
    second.acquire()
    source.value -= amount
    target.value += amount
    second.release()
    first.release()
