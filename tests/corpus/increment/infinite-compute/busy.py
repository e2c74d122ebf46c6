def collatz(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    return steps


def F(r, lock):
    # to keep the processor warm
    longest = max(collatz(n) for n in range(1, 200_000_000))
    for i in range(10):
        with lock:
            r.value += 1
    print("longest", longest)
