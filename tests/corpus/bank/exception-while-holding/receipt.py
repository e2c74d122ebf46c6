def receipt(old, new, rate=0):
    return "%d -> %d (%.2f %%)" % (old, new, (new - old) / rate)


def deposit(balance, amount, lock):
    try:
        lock.acquire()
        old = balance.value
        balance.value = old + amount
        print(receipt(old, balance.value))
        lock.release()
    except ZeroDivisionError:
        print("no receipt")
