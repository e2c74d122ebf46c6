from multiprocessing import *
from time import *

def F(r):
    sleep(0.1)
    r.value = r.value + 10

if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r,))
    p.start()
    sleep(0.5)
    print("now it is", r.value)
