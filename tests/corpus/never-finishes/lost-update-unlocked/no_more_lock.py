from multiprocessing import *


def F(r):
    for i in range(0, 10):
        r.value = r.value + 1
    print("Process %d is done" % current_process().pid, flush=True)


if __name__ == "__main__":
    r = RawValue("i", 0)
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r,)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
