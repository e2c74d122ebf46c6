// What every page gets a little better from: local times, and files dropped where they are wanted.
"use strict";

document.documentElement.classList.add("js");

function localTimes(root) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
  // A choice in a list can hold no time element.
  for (const option of root.querySelectorAll("option[data-moment]")) {
    option.textContent = `${format.format(new Date(option.dataset.moment))}: ${option.dataset.word}`;
  }
}

function dropTargets() {
  for (const target of document.querySelectorAll("[data-drop]")) {
    const input = target.querySelector("input[type=file]");
    const said = target.querySelector("[data-chosen]");
    const tell = () => {
      said.textContent = Array.from(input.files, (file) => file.name).join(", ");
    };
    input.addEventListener("change", tell);
    for (const name of ["dragenter", "dragover"]) {
      target.addEventListener(name, (event) => {
        event.preventDefault();
        target.classList.add("over");
      });
    }
    for (const name of ["dragleave", "drop"]) {
      target.addEventListener(name, () => target.classList.remove("over"));
    }
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length > 0) {
        input.files = event.dataTransfer.files;
        tell();
      }
    });
  }
}

function errorFirst() {
  const field = document.querySelector("[aria-invalid]");
  if (field) field.focus();
}

localTimes(document);
dropTargets();
errorFirst();
