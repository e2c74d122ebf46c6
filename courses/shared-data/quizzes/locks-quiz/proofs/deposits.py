from multiprocessing import *


def deposit(balance, amount, lock):
    with lock:
        balance.value = balance.value + amount


if __name__ == "__main__":
    balance = RawValue("i", 100)
    lock = Lock()
    processes = [Process(target=deposit, args=(balance, amount, lock)) for amount in (50, 25)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(balance.value)
