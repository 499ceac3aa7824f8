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
