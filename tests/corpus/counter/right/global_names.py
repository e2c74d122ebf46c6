from multiprocessing import RawValue, Lock, Process
lock = Lock()
x = RawValue('i', 999)
def inc():
    global x
    for i in [1,2,3,4,5,6,7,8,9,10]:
        lock.acquire()
        x.value = x.value + 1
        lock.release()
ps = []
for i in range(10): ps.append(Process(target=inc))
for p in ps: p.start()
for p in ps: p.join()
print(x.value)
