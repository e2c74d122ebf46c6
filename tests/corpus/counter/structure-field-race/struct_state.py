from ctypes import Structure, c_int
from multiprocessing import Process, RawValue


class State(Structure):
    _fields_ = [("count", c_int), ("last", c_int)]


def work(state, me):
    for _ in range(10):
        state.count = state.count + 1
    state.last = me


if __name__ == "__main__":
    state = RawValue(State, 0, -1)
    workers = [Process(target=work, args=(state, i)) for i in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("last one was", state.last)
    print("count", state.count)
