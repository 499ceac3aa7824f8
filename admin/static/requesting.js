"use strict";
// The price follows the choice of people. Without it a button does.
(() => {
  const form = document.getElementById("asking");
  if (!form) return;
  const card = document.getElementById("cost");
  const button = document.getElementById("update-cost");
  const line = document.querySelector("#cost-short strong");
  let waiting, running;
  function chosen() {
    const asked = new URLSearchParams({ session: form.elements.session.value });
    if (form.elements.initiative) asked.set("initiative", form.elements.initiative.value);
    for (const box of form.querySelectorAll("input[name=p]:checked")) asked.append("p", box.value);
    return asked;
  }
  function address(asked) {
    const words = form.elements.q?.value;
    if (words) asked.set("q", words);
    return `${form.getAttribute("action")}?${asked}`;
  }
  async function update() {
    running?.abort();
    running = new AbortController();
    card.setAttribute("aria-busy", "true");
    const asked = chosen();
    try {
      const answer = await fetch(`${form.dataset.cost}?${asked}`, { signal: running.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      card.innerHTML = await answer.text();
      line.textContent = card.querySelector("[data-short]").dataset.short;
      history.replaceState(null, "", address(asked));
    } catch (error) {
      if (error.name === "AbortError") return;
      const told = document.createElement("p");
      told.className = "alert alert-warning";
      told.textContent = form.dataset.failed;
      card.replaceChildren(told);
      button.hidden = false;
      line.textContent = "–";
    }
    card.removeAttribute("aria-busy");
  }
  button.hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.name !== "p") return;
    clearTimeout(waiting);
    waiting = setTimeout(update, 200);
  });
  // A tick that was quicker than this script has told nobody yet.
  if ([...form.querySelectorAll("input[name=p]")].some((box) => box.checked !== box.defaultChecked)) update();
  // Back from the next page, the browser keeps the ticks but not the card.
  window.addEventListener("pageshow", (event) => { if (event.persisted) update(); });
})();
