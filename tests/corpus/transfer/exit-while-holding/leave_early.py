import os


def change(account, amount, lock, last=False):
    lock.acquire()
    account.value += amount
    if last:
        # nothing more to do in this process
        os._exit(0)
    lock.release()


def transfer(source, target, amount, source_lock, target_lock):
    change(source, -amount, source_lock)
    change(target, +amount, target_lock, last=True)
