from multiprocessing import *

def F(r, lock):
    for i in range(10):
        with lock:
            r.value += 1
            print("[" + "=" * (50 * r.value) + ">", r.value, "of 100")

if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    ps = [Process(target=F, args=(r, lock)) for i in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("final:", r.value)
