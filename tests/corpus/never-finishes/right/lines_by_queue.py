from multiprocessing import *


def F(r, lock, lines):
    for i in range(0, 10):
        with lock:
            r.value = r.value + 1
            text = "Process %d set r to %d" % (current_process().pid, r.value)
        lines.put(text)
    lines.put(None)


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    lines = Queue()
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, lock, lines)))
    for p in processes:
        p.start()
    ended = 0
    while ended < 10:
        line = lines.get()
        if line is None:
            ended += 1
        else:
            print(line)
    for p in processes:
        p.join()
    print("The final value is", r.value)
