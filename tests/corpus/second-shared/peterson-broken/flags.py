# Software lock for two processes
from multiprocessing import Process, RawArray, RawValue
from time import sleep


def enter(inside, me):
    while inside[1 - me]:
        sleep(0.0005)
    inside[me] = 1


def leave(inside, me):
    inside[me] = 0


def work(me, r, inside, step, times):
    for _ in range(times):
        enter(inside, me)
        r.value = r.value + step
        leave(inside, me)


if __name__ == "__main__":
    r = RawValue("i", 0)
    inside = RawArray("i", 2)
    both = [
        Process(target=work, args=(0, r, inside, 3, 10)),
        Process(target=work, args=(1, r, inside, -1, 12)),
    ]
    for p in both:
        p.start()
    for p in both:
        p.join()
    print("r =", r.value)
