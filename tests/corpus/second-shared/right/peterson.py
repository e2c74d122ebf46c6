# Peterson (1981), for exactly two processes
from multiprocessing import Process, RawArray, RawValue
from time import sleep


class Mutex:
    def __init__(self):
        self.interested = RawArray("i", 2)
        self.turn = RawValue("i", 0)

    def lock(self, me):
        other = 1 - me
        self.interested[me] = 1
        self.turn.value = other
        while self.interested[other] and self.turn.value == other:
            sleep(0)

    def unlock(self, me):
        self.interested[me] = 0


def work(me, box, mutex, step, times):
    for _ in range(times):
        mutex.lock(me)
        box.value += step
        mutex.unlock(me)


if __name__ == "__main__":
    box = RawValue("i", 0)
    mutex = Mutex()
    p0 = Process(target=work, args=(0, box, mutex, 3, 10))
    p1 = Process(target=work, args=(1, box, mutex, -1, 12))
    p0.start()
    p1.start()
    p0.join()
    p1.join()
    print("box:", box.value)
