from multiprocessing import Event, Process


def say(word, before, after):
    before.wait()
    print(word, flush=True)
    after.set()


if __name__ == "__main__":
    gates = [Event() for _ in range(4)]
    gates[0].set()
    words = ["ready", "steady", "go"]
    processes = [Process(target=say, args=(word, gates[n], gates[n + 1])) for n, word in enumerate(words)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
