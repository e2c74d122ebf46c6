from random import random
from time import sleep


def deposit(balance, amount, lock):
    old = balance.value
    sleep(0.02 + random() / 50)
    balance.value = old + amount
