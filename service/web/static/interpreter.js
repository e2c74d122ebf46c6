// How a small program of "be the scheduler" runs, step by step. No page is touched here, and nothing is kept:
// each function takes a state and returns a new one. The same rules are in graders/play/model.py.

/** Return how things stand before the first step. */
export function begin(puzzle) {
  return {
    at: puzzle.processes.map(() => 0),
    values: { ...puzzle.shared },
    hands: puzzle.processes.map(() => null),
    holders: {},
  };
}

/** Return the next step of a process; undefined when it is done. */
export function next(puzzle, state, process) {
  return puzzle.processes[process][state.at[process]];
}

/** Return which process holds what this one would acquire next; null when it need not wait. */
export function waitsFor(puzzle, state, process) {
  const step = next(puzzle, state, process);
  return step && step.op === "acquire" ? (state.holders[step.object] ?? null) : null;
}

/** Whether a process has a next step and need not wait for it. */
export function canMove(puzzle, state, process) {
  return next(puzzle, state, process) !== undefined && waitsFor(puzzle, state, process) === null;
}

/** Return how things stand when a process that can move has made its next step. */
export function move(puzzle, state, process) {
  const step = next(puzzle, state, process);
  const after = {
    at: [...state.at],
    values: { ...state.values },
    hands: [...state.hands],
    holders: { ...state.holders },
  };
  const hand = state.hands[process];
  after.at[process] += 1;
  if (step.op === "read") after.hands[process] = state.values[step.object];
  else if (step.op === "write") after.values[step.object] = hand + step.by;
  else if (step.op === "look") after.at[process] += hand < step.least ? step.skip : 0;
  else if (step.op === "acquire") after.holders[step.object] = process;
  else delete after.holders[step.object];
  return after;
}

/** Return how it has ended: "right", "wrong" or "deadlock"; null while somebody can move. */
export function ended(puzzle, state) {
  const all = puzzle.processes.map((_, process) => process);
  if (all.some((process) => canMove(puzzle, state, process))) return null;
  if (all.some((process) => next(puzzle, state, process) !== undefined)) return "deadlock";
  return same(state.values, puzzle.wanted) ? "right" : "wrong";
}

/** Whether what was asked for is reached: the values to reach, or any end but the right one. */
export function reached(puzzle, state) {
  const end = ended(puzzle, state);
  if (end === null || end === "right") return false;
  return Object.keys(puzzle.aim).length === 0 || (end === "wrong" && same(state.values, puzzle.aim));
}

function same(values, others) {
  return Object.keys(others).every((name) => values[name] === others[name]);
}
