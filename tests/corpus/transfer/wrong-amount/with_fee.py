FEE = 1


def transfer(source, target, amount, source_lock, target_lock):
    with source_lock:
        source.value = source.value - amount - FEE
    with target_lock:
        target.value = target.value + amount
