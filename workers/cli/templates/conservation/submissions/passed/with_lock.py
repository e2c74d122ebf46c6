def move(source, target, amount, lock):
    with lock:
        source.value = source.value - amount
        target.value = target.value + amount
