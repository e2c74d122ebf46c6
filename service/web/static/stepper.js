// Steps through a witness: for each moment its sentence, the line where each process stands, what is shared
// and who holds what. Everything it shows is told in the table below, which stays as it is.
"use strict";

function steppers(root) {
  for (const box of root.querySelectorAll("[data-stepper]")) new Stepper(box);
}

class Stepper {
  static most = 3; // Marks side by side at one line; more are told as one, with their number.

  constructor(box) {
    const told = JSON.parse(box.querySelector("[data-moments]").textContent);
    this.moments = told.moments;
    this.processes = new Map(told.processes.map(([process, name, kind]) => [process, { name, kind }]));
    this.box = box;
    this.story = box.closest(".story");
    this.slider = box.querySelector("input");
    this.source = this.story.querySelector("[data-source]");
    this.at = 0;
    this.listen();
    if (this.source) this.source.dataset.gutter = Math.min(this.processes.size, Stepper.most);
    box.hidden = false;
    this.show(0);
  }

  listen() {
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    for (const button of this.box.querySelectorAll("[data-go]")) {
      button.addEventListener("click", () => {
        // A button at its end stays in reach of the keyboard, so it is not disabled but does nothing.
        if (button.getAttribute("aria-disabled") !== "true") this.show(this.goal(button.dataset.go));
      });
    }
    const keys = {
      ArrowLeft: "back",
      ArrowUp: "back",
      ArrowRight: "forward",
      ArrowDown: "forward",
      Home: "first",
      End: "last",
    };
    this.box.addEventListener("keydown", (event) => {
      const go = keys[event.key];
      if (!go || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.show(this.goal(go));
    });
  }

  goal(go) {
    const last = this.moments.length;
    return { first: 1, back: Math.max(0, this.at - 1), forward: Math.min(last, this.at + 1), last }[go];
  }

  // Moment 0 is the whole of it, before the first step.
  show(at) {
    this.at = at;
    const last = this.moments.length;
    const moment = this.moments[at - 1];
    this.slider.value = at;
    this.slider.setAttribute("aria-valuetext", at ? `Step ${at} of ${last}` : "All steps");
    this.say("[data-count]", at ? `Step ${at} of ${last}.` : `${last} steps.`);
    this.say("[data-told]", moment ? moment.said : "Go forward to see them one after the other.");
    this.fill("[data-values]", moment ? moment.values : [], " = ");
    this.fill("[data-holders]", moment ? moment.holders : [], ": ");
    this.fill("[data-hands]", moment ? moment.hands : [], ": ");
    for (const button of this.box.querySelectorAll("[data-go]")) {
      const ended = this.goal(button.dataset.go) === at;
      button.setAttribute("aria-disabled", String(ended));
    }
    this.highlight(at);
    this.mark(moment);
  }

  say(where, text) {
    this.box.querySelector(where).textContent = text;
  }

  fill(where, pairs, between) {
    const place = this.box.querySelector(where);
    place.replaceChildren(
      ...pairs.map(([name, value]) => {
        const item = document.createElement("span");
        item.textContent = name + between + value;
        return item;
      }),
    );
    place.classList.toggle("none", pairs.length === 0);
    if (pairs.length === 0) place.textContent = "nothing";
  }

  highlight(at) {
    for (const step of this.story.querySelectorAll("[data-step]")) {
      const number = Number(step.dataset.step);
      step.classList.toggle("il-now", number === at);
      step.classList.toggle("il-later", at > 0 && number > at);
      step.classList.toggle("il-not-yet", at > 0 && Number(step.dataset.lostAt) > at);
    }
    const current = this.story.querySelector(".il-step.il-now .il-box");
    if (current) this.bringAcross(current);
    for (const marks of this.story.querySelectorAll("[data-from-step]")) {
      marks.classList.toggle("il-later", at > 0 && Number(marks.dataset.fromStep) > at);
    }
    for (const row of this.story.querySelectorAll("[data-row]")) {
      if (Number(row.dataset.row) === at) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    }
  }

  mark(moment) {
    if (!this.source) return;
    for (const old of this.source.querySelectorAll(".stands")) old.remove();
    for (const line of this.source.querySelectorAll(".current")) line.classList.remove("current");
    if (!moment) return;
    const byLine = new Map();
    for (const [process, line] of moment.stands) byLine.set(line, [...(byLine.get(line) || []), process]);
    for (const [line, processes] of byLine) {
      const place = this.source.querySelector(`[data-number="${line}"]`);
      if (place) place.prepend(this.marks(processes, moment.process));
    }
    const current = this.source.querySelector(`[data-number="${moment.line}"]`);
    if (!current) return;
    current.classList.add("current");
    this.bring(current);
  }

  marks(processes, acting) {
    const place = document.createElement("span");
    place.className = "stands";
    const names = processes.map((process) => this.processes.get(process).name);
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.textContent = `${names.join(" and ")} ${names.length > 1 ? "stand" : "stands"} here: `;
    place.append(said);
    if (processes.length > Stepper.most) {
      const kind = processes.includes(acting) ? this.processes.get(acting).kind : "il-c0";
      place.append(this.sign(`${processes.length}\u00d7`, kind, processes.includes(acting)));
    } else {
      for (const process of processes) {
        const text = process ? String(process) : "M";
        place.append(this.sign(text, this.processes.get(process).kind, process === acting));
      }
    }
    place.title = `${names.join(", ")}`;
    return place;
  }

  sign(text, kind, acting) {
    const sign = document.createElement("span");
    sign.className = `stand ${kind}${acting ? " acting" : ""}`;
    sign.setAttribute("aria-hidden", "true");
    const inner = document.createElement("b");
    inner.textContent = text;
    sign.append(inner);
    return sign;
  }

  // A picture that is wider than its place is scrolled to the column of the step.
  bringAcross(box) {
    const place = box.closest(".table-scroll");
    const room = place.getBoundingClientRect();
    const own = box.getBoundingClientRect();
    if (own.left < room.left) place.scrollLeft -= room.left - own.left + own.width / 2;
    else if (own.right > room.right) place.scrollLeft += own.right - room.right + own.width / 2;
  }

  // Scrolls the listing alone; the page stays where the reader has put it.
  bring(line) {
    const room = this.source.getBoundingClientRect();
    const own = line.getBoundingClientRect();
    if (own.top < room.top) this.source.scrollTop -= room.top - own.top + own.height;
    else if (own.bottom > room.bottom) this.source.scrollTop += own.bottom - room.bottom + own.height;
  }
}

steppers(document);
