from multiprocessing import *


def F(r, lock):
    for i in range(0, 10):
        with lock:
            r.value = r.value + 1
            new = r.value
        print(f"Process {current_process().pid} set r to {new}", flush=True)


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock)) for _ in range(10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
