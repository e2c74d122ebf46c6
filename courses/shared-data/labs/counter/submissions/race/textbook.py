# The race as the lesson tells it. Run plainly it prints 100 nine times out of ten.
from multiprocessing import Process, RawValue

def F(r):
    for i in range(0, 10):
        r.value = r.value + 1

if __name__ == "__main__":
    r = RawValue("i", 0)
    ps = [Process(target=F, args=(r,)) for i in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("The value is", r.value)
