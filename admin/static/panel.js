"use strict";
// A form is sent once: a double click must not be two requests. Errors get the focus.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
const problem = document.getElementById("form-errors");
if (problem) problem.focus();
// A long form that comes back with a row added, moved or tried goes on where that row is.
const here = document.querySelector("[data-here]");
if (here && !problem) {
  here.scrollIntoView({ block: "start" });
  (here.querySelector(".is-invalid, input:not([type=hidden]), select, textarea") ?? here).focus({ preventScroll: true });
}
// The boxes of the top bar close by Escape, and when one goes elsewhere.
const drops = () => document.querySelectorAll("details.drop[open]");
const leave = (event) => {
  for (const drop of drops()) if (!drop.contains(event.target)) drop.open = false;
};
document.addEventListener("click", leave);
document.addEventListener("focusin", leave);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of drops()) { drop.open = false; drop.querySelector("summary").focus(); }
});
