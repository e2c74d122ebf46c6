// Tells by a notification of the browser that a submission is graded, if its reader has asked for that.
"use strict";

const NOTIFY_KEY = "interleave-notify";

function notifyWanted() {
  return "Notification" in window && Notification.permission === "granted" && localStorage.getItem(NOTIFY_KEY) === "yes";
}

// Called by live.js. Whoever looks at the page sees it anyway.
function notifyGraded(text) {
  if (!notifyWanted() || !document.hidden) return;
  const told = new Notification(document.title, { body: text, tag: window.location.pathname });
  told.onclick = () => {
    window.focus();
    told.close();
  };
}

function showNotify() {
  const can = "Notification" in window && Notification.permission !== "denied";
  for (const place of document.querySelectorAll("[data-notify-can]")) place.hidden = !can;
  for (const place of document.querySelectorAll("[data-notify-none]")) place.hidden = can;
  for (const button of document.querySelectorAll("[data-notify]")) {
    button.setAttribute("aria-pressed", String(notifyWanted()));
  }
}

// One listener for all: live.js puts new buttons in the place of old ones.
document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-notify]")) return;
  if (notifyWanted()) localStorage.removeItem(NOTIFY_KEY);
  else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(NOTIFY_KEY, "yes");
  showNotify();
});

showNotify();
