def move(source, target, amount, lock):
    source.value = source.value - amount
    target.value = target.value + amount
