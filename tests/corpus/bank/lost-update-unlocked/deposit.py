import logging

log = logging.getLogger("bank")


def deposit(balance, amount, lock):
    log.debug("deposit of %s", amount)
    old_balance = balance.value
    new_balance = old_balance + amount
    balance.value = new_balance
    log.debug("balance is now %s", new_balance)
