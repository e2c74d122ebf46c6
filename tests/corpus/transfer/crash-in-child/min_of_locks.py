def transfer(source, target, amount, source_lock, target_lock):
    first = min(source_lock, target_lock)
    second = max(source_lock, target_lock)
    with first, second:
        source.value -= amount
        target.value += amount
