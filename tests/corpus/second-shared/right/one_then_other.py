from multiprocessing import *

def up(r):
    for i in range(0, 10):
        r.value = r.value + 3

def down(r):
    for i in range(0, 12):
        r.value = r.value - 1

if __name__ == "__main__":
    r = RawValue("i", 80)
    p = Process(target=up, args=(r,))
    q = Process(target=down, args=(r,))
    p.start()
    p.join()
    q.start()
    q.join()
    print("r is", r.value)
