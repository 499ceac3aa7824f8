"use strict";
// Short addresses: what asks for nothing is not sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get") return;
  for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    if (form.method === "get") for (const field of form.elements) field.disabled = false;
  }
});
// One box at a time is open; Escape and a click elsewhere close it.
const boxes = document.querySelectorAll("details.list-drop");
const shut = (but) => { for (const box of boxes) if (box !== but) box.open = false; };
document.addEventListener("click", (event) => shut(event.target.closest("details.list-drop")));
document.addEventListener("keydown", (event) => {
  const box = event.key === "Escape" && document.querySelector("details.list-drop[open]");
  if (!box) return;
  box.open = false;
  box.querySelector("summary").focus();
});
// The last column stays.
for (const group of document.querySelectorAll("[data-at-least-one]")) {
  group.addEventListener("change", (event) => {
    if (!group.querySelector("input:checked")) event.target.checked = true;
  });
}
