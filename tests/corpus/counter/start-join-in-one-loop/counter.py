from multiprocessing import *

def F(r):
    for i in range(0, 10):
        r.value = r.value + 1

if __name__ == "__main__":
    r = RawValue("i", 0)
    for i in range(0, 10):
        p = Process(target=F, args=(r,))
        p.start()
        p.join()
    print("The final value is", r.value)
