# Practica 2 - contador compartido
import multiprocessing as mp

N_PROCESOS = 10
N_VECES = 10

contador = mp.RawValue("i", 50)


def trabajador():
    for vez in range(N_VECES):
        cerrojo = mp.Lock()
        with cerrojo:
            contador.value = contador.value + 1


def principal():
    lista = [mp.Process(target=trabajador) for n in range(N_PROCESOS)]
    for p in lista:
        p.start()
    for p in lista:
        p.join()
    print("Valor final:", contador.value)


if __name__ == "__main__":
    principal()
