def einzahlen(konto, betrag):
    stand = konto.value
    konto.value = stand + betrag


def deposit(balance, amount, lock):
    lock.acquire()
    einzahlen(balance, amount)
    lock.release()


if __name__ == "__main__":
    from multiprocessing import Lock, Process, RawValue

    konto = RawValue("i", 100)
    schloss = Lock()
    p1 = Process(target=deposit, args=(konto, 50, schloss))
    p2 = Process(target=deposit, args=(konto, 25, schloss))
    p1.start()
    p2.start()
    p1.join()
    p2.join()
    print(konto.value)
