from multiprocessing import RawValue
import threading

def F(r):
    r.value += 10

if __name__ == "__main__":
    r = RawValue("i", 1)
    t = threading.Thread(target=F, args=[r])
    t.start()
    t.join()
    print("r =", r.value)
