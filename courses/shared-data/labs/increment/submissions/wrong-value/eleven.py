def F(r, lock):
    i = 0
    while i <= 10:
        with lock:
            r.value = r.value + 1
        i = i + 1
