import multiprocessing

def worker(counter, lock):
    for i in range(10):
        with lock:
            counter.value += 1

def main():
    counter = multiprocessing.RawValue('i', 0)
    lock = multiprocessing.Lock()
    processes = []
    for i in range(10):
        p = multiprocessing.Process(target=worker, args=(counter, lock))
        processes.append(p)
    for p in processes:
        p.start()
    # wait for the processes
    for p in processes:
        p.join
    print('The counter is', counter.value)

if __name__ == '__main__':
    main()
