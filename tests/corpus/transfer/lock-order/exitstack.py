from contextlib import ExitStack


def transfer(source, target, amount, source_lock, target_lock):
    locks = [source_lock, target_lock]
    with ExitStack() as stack:
        for lock in locks:
            stack.enter_context(lock)
        source.value = source.value - amount
        target.value = target.value + amount
