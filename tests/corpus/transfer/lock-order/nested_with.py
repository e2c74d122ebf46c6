def transfer(source, target, amount, source_lock, target_lock):
    with source_lock:
        with target_lock:
            source.value -= amount
            target.value += amount
