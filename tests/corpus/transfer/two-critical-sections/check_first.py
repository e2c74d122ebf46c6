def transfer(source, target, amount, source_lock, target_lock):
    with source_lock:
        have = source.value
    if have < amount:
        raise ValueError("not enough money")
    with source_lock:
        source.value = have - amount
    with target_lock:
        target.value += amount
