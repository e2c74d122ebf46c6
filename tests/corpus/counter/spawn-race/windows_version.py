# works on my Windows laptop too
import multiprocessing


def f(n):
    for _ in range(10):
        n.value += 1


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    n = multiprocessing.Value("i", 0, lock=False)
    jobs = []
    for _ in range(10):
        job = multiprocessing.Process(target=f, args=(n,))
        jobs.append(job)
        job.start()
    for job in jobs:
        job.join()
    print(n.value)
