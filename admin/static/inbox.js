"use strict";
// Ticks all in place, and says how many are chosen and what they cost. Without it a link does.
(() => {
  const form = document.getElementById("inbox");
  if (!form) return;
  const all = document.getElementById("inbox-all");
  const said = form.querySelector(".inbox-chosen");
  const boxes = [...form.querySelectorAll("input[name=rows]")];
  const kroner = new Intl.NumberFormat("da-DK", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  function tell() {
    const chosen = boxes.filter((box) => box.checked);
    const ore = chosen.reduce((sum, box) => sum + Number(box.dataset.total), 0);
    const text = chosen.length === 0 ? said.dataset.none : chosen.length === 1 ? said.dataset.one : said.dataset.many;
    said.textContent = text.replace("{count}", chosen.length).replace("{amount}", `${kroner.format(ore / 100)} kr`);
    all.textContent = chosen.length === boxes.length ? all.dataset.untick : all.dataset.tick;
  }
  all.setAttribute("role", "button");
  function press(event) {
    event.preventDefault();
    const some = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = some;
    tell();
  }
  all.addEventListener("click", press);
  all.addEventListener("keydown", (event) => { if (event.key === " ") press(event); });
  form.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
  tell();
})();
