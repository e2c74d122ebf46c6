from multiprocessing import Process, RawValue, Lock

def add(number, my_lock):
    for i in range(10):
        # critical section
        my_lock.acquire()
        number.value = number.value + 1
        my_lock.release()

if __name__ == '__main__':
    number = RawValue('i', 0)
    workers = [Process(target=add, args=(number, Lock())) for i in range(10)]
    for w in workers: w.start()
    for w in workers: w.join()
    print('number = %d' % number.value)
