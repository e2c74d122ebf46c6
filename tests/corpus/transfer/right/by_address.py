import ctypes


def transfer(source, target, amount, source_lock, target_lock):
    accounts = [
        (ctypes.addressof(source), source_lock),
        (ctypes.addressof(target), target_lock),
    ]
    accounts.sort(key=lambda pair: pair[0])
    (_, first), (_, second) = accounts
    with first, second:
        source.value = source.value - amount
        target.value = target.value + amount
