class DepositError(Exception):
    pass


def deposit(balance, amount, lock):
    if amount <= 0:
        raise DepositError("amount must be positive")
    try:
        lock.acquire()
        try:
            balance.value += amount
            print("deposited %d, {} left".format(balance.value) % amount)
        finally:
            lock.release()
    except OSError as e:
        print("could not print", e)
