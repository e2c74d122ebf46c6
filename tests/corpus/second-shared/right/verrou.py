from multiprocessing import Lock, Process, RawValue


class Ouvrier(Process):
    pas = 0
    fois = 0

    def __init__(self, boite, verrou):
        Process.__init__(self)
        self.boite = boite
        self.verrou = verrou

    def run(self):
        for _ in range(self.fois):
            with self.verrou:
                self.boite.value += self.pas


class Plus(Ouvrier):
    pas, fois = 3, 10


class Moins(Ouvrier):
    pas, fois = -1, 12


if __name__ == "__main__":
    boite = RawValue("i", 70)
    verrou = Lock()
    ouvriers = [Plus(boite, verrou), Moins(boite, verrou)]
    for o in ouvriers:
        o.start()
    for o in ouvriers:
        o.join()
    print("la boite contient", boite.value)
