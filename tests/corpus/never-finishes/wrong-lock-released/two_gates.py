from multiprocessing import *


def F(r, gate, exit):
    for i in range(0, 10):
        gate.acquire()
        r.value = r.value + 1
        print("Process %d set r to %d" % (current_process().pid, r.value), flush=True)
        exit.release()


if __name__ == "__main__":
    r = RawValue("i", 0)
    gate = Semaphore(1)
    exit = Semaphore(1)
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, gate, exit)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
