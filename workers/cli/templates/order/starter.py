from multiprocessing import Process


def say(word):
    print(word, flush=True)


if __name__ == "__main__":
    processes = [Process(target=say, args=(word,)) for word in ["ready", "steady", "go"]]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
