def F(r, lock):
    summe = sum(1 for _ in range(10))
    with lock:
        wert = r.value
        r.value = wert + summe
