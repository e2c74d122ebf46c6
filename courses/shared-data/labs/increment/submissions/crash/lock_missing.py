def F(r):
    for i in range(0, 10):
        r.value = r.value + 1
