"""What a run must have ended with. Each function is named after its check in lab.toml."""


def tickets(run, tickets):
    """Say what is wrong, or return nothing when all is well."""
    drawn = [int(line.split()[-1]) for line in run.lines if line.startswith("ticket ")]
    if len(drawn) != tickets:
        return f"{len(drawn)} lines begin with “ticket”, and there must be {tickets}."
    twice = sorted({number for number in drawn if drawn.count(number) > 1})
    if twice:
        return f"ticket {twice[0]} was drawn {drawn.count(twice[0])} times."
    if sorted(drawn) != list(range(1, tickets + 1)):
        return f"the tickets must be 1 to {tickets}; drawn were {sorted(drawn)}."
    return None
