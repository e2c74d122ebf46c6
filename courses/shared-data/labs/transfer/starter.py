def transfer(source, target, amount, source_lock, target_lock):
    source_lock.acquire()
    target_lock.acquire()
    source.value = source.value - amount
    target.value = target.value + amount
    target_lock.release()
    source_lock.release()


if __name__ == "__main__":
    from multiprocessing import Lock, Process, RawValue

    a = RawValue("i", 100)
    b = RawValue("i", 100)
    lock_a = Lock()
    lock_b = Lock()
    there = Process(target=transfer, args=(a, b, 30, lock_a, lock_b))
    back = Process(target=transfer, args=(b, a, 10, lock_b, lock_a))
    there.start()
    back.start()
    there.join()
    back.join()
    print("a has", a.value, "and b has", b.value)
