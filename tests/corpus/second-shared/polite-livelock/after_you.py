from multiprocessing import Process, RawArray, RawValue

FIRST, SECOND = 0, 1


def work(me, r, turn, left, step):
    you = 1 - me
    while left[me] > 0:
        if turn.value != me:
            continue
        if left[you] > 0:
            turn.value = you
            continue
        r.value += step
        left[me] -= 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    turn = RawValue("i", FIRST)
    left = RawArray("i", [10, 12])
    p = Process(target=work, args=(FIRST, r, turn, left, 3))
    q = Process(target=work, args=(SECOND, r, turn, left, -1))
    p.start()
    q.start()
    p.join()
    q.join()
    print("The result is", r.value)
