def transfer(source, target, amount, lock):
    with lock:
        source.value -= amount
        target.value += amount
