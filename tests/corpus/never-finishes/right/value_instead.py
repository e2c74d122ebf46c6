import multiprocessing
import os


def F(r):
    for i in range(0, 10):
        r.get_lock().acquire()
        r.value += 1
        print("Process", os.getpid(), "set r to", r.value, flush=True)
        r.get_lock().release()


if __name__ == "__main__":
    r = multiprocessing.Value("i", 0)
    processes = []
    for i in range(0, 10):
        processes.append(multiprocessing.Process(target=F, args=[r]))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
