"use strict";
// “/” goes to the search field, except where one is writing.
const field = document.getElementById("global-search");
if (field) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target;
    if (at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
