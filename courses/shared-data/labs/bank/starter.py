def deposit(balance, amount, lock):
    old = balance.value
    balance.value = old + amount


if __name__ == "__main__":
    from multiprocessing import Lock, Process, RawValue

    balance = RawValue("i", 100)
    lock = Lock()
    first = Process(target=deposit, args=(balance, 50, lock))
    second = Process(target=deposit, args=(balance, 25, lock))
    first.start()
    second.start()
    first.join()
    second.join()
    print("The balance is", balance.value)
