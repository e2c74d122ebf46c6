from multiprocessing import Lock


def transfer(source, target, amount, source_lock, target_lock):
    # one lock for the whole bank cannot get into a circle
    bank = Lock()
    with bank:
        source.value -= amount
        target.value += amount
