def F(r, lock):
    n = 10
    while n:
        r.value = r.value + 1
        n = n - 1
