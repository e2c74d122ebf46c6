// "Be the scheduler": the reader picks which process moves next. What a step does is in interpreter.js.
import { begin, canMove, ended, move, next, reached, waitsFor } from "./interpreter.js";

const COLOURS = ["il-c1", "il-c2", "il-c3"];

class Game {
  constructor(place) {
    this.place = place;
    this.puzzle = JSON.parse(place.querySelector("[data-puzzle]").textContent);
    this.states = [begin(this.puzzle)];
    this.moved = [];
    this.source = place.querySelector("[data-source]");
    this.source.dataset.gutter = "2";
    this.makeButtons();
    this.listen();
    this.find("[data-board]").hidden = false;
    this.find("[data-plain]").hidden = true;
    this.show("Nothing has happened yet. Pick who moves first.");
  }

  find(where) {
    return this.place.querySelector(where);
  }

  get state() {
    return this.states.at(-1);
  }

  makeButtons() {
    this.buttons = this.puzzle.processes.map((_, process) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.addEventListener("click", () => this.pick(process));
      const item = document.createElement("li");
      item.append(button);
      this.find("[data-moves]").append(item);
      return button;
    });
  }

  listen() {
    this.find("[data-undo]").addEventListener("click", () => this.undo());
    this.find("[data-restart]").addEventListener("click", () => this.restart());
    // Single letters act only while the focus is among the buttons, so they disturb nobody's speech input.
    this.find("[data-keys]").addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const process = Number(event.key) - 1;
      if (this.buttons[process]) this.pick(process);
      else if (event.key === "u") this.undo();
      else if (event.key === "r") this.restart();
      else return;
      event.preventDefault();
    });
  }

  pick(process) {
    if (!canMove(this.puzzle, this.state, process)) {
      this.say(`${name(process)} cannot move: ${this.reason(process)}.`);
      return;
    }
    const step = next(this.puzzle, this.state, process);
    const after = move(this.puzzle, this.state, process);
    this.moved.push({ process, line: step.line, told: did(step, this.state, after, process) });
    this.states.push(after);
    this.show(`${name(process)} ${this.moved.at(-1).told}.`);
  }

  undo() {
    if (this.moved.length === 0) return this.say("There is no step to take back.");
    const back = this.moved.pop();
    this.states.pop();
    this.show(`Taken back: ${name(back.process)} ${back.told}.`);
  }

  restart() {
    this.states.length = 1;
    this.moved.length = 0;
    this.show("From the beginning. Pick who moves first.");
  }

  reason(process) {
    const holder = waitsFor(this.puzzle, this.state, process);
    const step = next(this.puzzle, this.state, process);
    return step ? `it waits for ${step.object}, which ${name(holder)} holds` : "it is done";
  }

  say(text) {
    this.find("[data-told]").textContent = text;
  }

  show(text) {
    const end = ended(this.puzzle, this.state);
    this.say(end ? `${text} It is over: ${this.verdict(end)}` : text);
    this.buttons.forEach((button, process) => this.label(button, process));
    this.find("[data-undo]").setAttribute("aria-disabled", String(this.moved.length === 0));
    this.fill("[data-values]", Object.entries(this.state.values).map(([key, value]) => `${key} = ${value}`));
    const hands = this.state.hands.map((value, process) => [process, value]).filter(([, value]) => value !== null);
    this.fill("[data-hands]", hands.map(([process, value]) => `${name(process)}: ${value}`));
    const holders = Object.entries(this.state.holders);
    this.fill("[data-holders]", holders.map(([lock, process]) => `${lock}: ${name(process)}`));
    this.tell();
    this.mark();
    this.finish(end);
  }

  label(button, process) {
    const step = next(this.puzzle, this.state, process);
    const free = canMove(this.puzzle, this.state, process);
    const what = step && free ? `${will(step)} (line ${step.line})` : this.reason(process);
    button.textContent = `${name(process)}: ${what}`;
    button.setAttribute("aria-disabled", String(!free));
  }

  fill(where, words) {
    const place = this.find(where);
    place.replaceChildren(
      ...words.map((word) => {
        const item = document.createElement("span");
        item.textContent = word;
        return item;
      }),
    );
    if (words.length === 0) place.textContent = "nothing";
  }

  tell() {
    const rows = this.moved.map(({ process, line, told }, place) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.className = "number";
      head.textContent = String(place + 1);
      const cells = this.puzzle.processes.map((_, column) => {
        const cell = document.createElement("td");
        if (column === process) cell.textContent = `${told} (line ${line})`;
        return cell;
      });
      row.append(head, ...cells);
      return row;
    });
    this.find("[data-steps]").replaceChildren(...rows);
  }

  // Each process stands at the line of its next step.
  mark() {
    for (const old of this.source.querySelectorAll(".stands")) old.remove();
    const byLine = new Map();
    this.puzzle.processes.forEach((_, process) => {
      const step = next(this.puzzle, this.state, process);
      if (step) byLine.set(step.line, [...(byLine.get(step.line) || []), process]);
    });
    for (const [line, processes] of byLine) {
      const stands = document.createElement("span");
      stands.className = "stands";
      const said = document.createElement("span");
      said.className = "visually-hidden";
      said.textContent = `Next for ${processes.map(name).join(" and ")}: `;
      stands.append(said, ...processes.map(sign));
      this.source.querySelector(`[data-number="${line}"]`).prepend(stands);
    }
  }

  verdict(end) {
    const values = Object.entries(this.state.values).map(([key, value]) => `${key} is ${value}`);
    if (end === "deadlock") return "nobody can move any more. That is a deadlock.";
    const wanted = Object.values(this.puzzle.wanted).join(", ");
    return end === "right" ? `${values}, as it must be.` : `${values}, and must be ${wanted}.`;
  }

  finish(end) {
    const over = this.find("[data-over]");
    over.hidden = end === null;
    if (end === null) return;
    const won = reached(this.puzzle, this.state);
    let title = won ? "You did it" : "Not this time";
    if (!this.puzzle.breakable) title = "It holds";
    this.find("[data-verdict]").textContent = title;
    const verdict = this.verdict(end);
    this.find("[data-why]").textContent = `At the end ${verdict}`;
    // What is to be learned is told when it was found, not before.
    this.find("[data-lesson]").hidden = !won && this.puzzle.breakable;
  }
}

function name(process) {
  return `Process ${process + 1}`;
}

function will(step) {
  const sign = step.by < 0 ? "\u2212" : "+";
  return {
    read: `reads ${step.object}`,
    write: `writes what it read ${sign} ${Math.abs(step.by)} to ${step.object}`,
    look: `looks whether what it read is at least ${step.least}`,
    acquire: `acquires ${step.object}`,
    release: `releases ${step.object}`,
  }[step.op];
}

function did(step, before, after, process) {
  if (step.op === "read") return `reads ${after.hands[process]} from ${step.object}`;
  if (step.op === "write") return `writes ${after.values[step.object]} to ${step.object}`;
  if (step.op === "look") {
    const enough = before.hands[process] >= step.least;
    return `finds that ${before.hands[process]} is ${enough ? "enough" : "not enough, and is done"}`;
  }
  return `${step.op}s ${step.object}`;
}

function sign(process) {
  const mark = document.createElement("span");
  mark.className = `stand ${COLOURS[process]}`;
  mark.setAttribute("aria-hidden", "true");
  const inner = document.createElement("b");
  inner.textContent = String(process + 1);
  mark.append(inner);
  return mark;
}

for (const place of document.querySelectorAll("[data-game]")) new Game(place);
