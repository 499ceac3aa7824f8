"use strict";
// A page that waits for jobs asks every two seconds, while somebody can see it, until they are over.
const EVERY = 2000;

// `address` says what to ask, and nothing when there is nothing left to ask for. `show` gets the
// answer; `giveUp` is called when the server refuses, such as after signing out.
const follow = (address, show, giveUp) => {
  const ask = async () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", ask, { once: true });
      return;
    }
    const url = address();
    if (!url) return;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) {
        giveUp();
        return;
      }
      show(await answer.json());
    } catch (error) {
      // The server is being restarted: the next question may be answered.
    }
    window.setTimeout(ask, EVERY);
  };
  if (address()) window.setTimeout(ask, EVERY);
};

// A screen reader hears a text each time it changes, so it is not written again unchanged.
const say = (element, words) => { if (element.textContent !== words) element.textContent = words; };

// The one job that a report waits for: its result is shown when it is there.
const waited = document.getElementById("job");
if (waited && waited.dataset.progress) {
  const bar = document.getElementById("job-bar");
  const refresh = document.getElementById("job-refresh");
  const cancel = document.getElementById("job-cancel");
  let isOver = false;
  if (refresh) refresh.hidden = true;
  follow(
    () => (isOver ? "" : waited.dataset.progress),
    (job) => {
      bar.max = job.total;
      bar.value = job.done;
      say(document.getElementById("job-text"), job.text);
      if (!job.is_over) return;
      isOver = true;
      if (cancel) cancel.hidden = true;
      window.setTimeout(() => window.location.reload(), 1200); // time to hear it said
    },
    () => { if (refresh) refresh.hidden = false; },
  );
}

// The rows of a list of jobs. Only that a job is over is said aloud: how far it is, is for the eye.
const moving = document.getElementById("moving-rows");
if (moving) {
  const AT_ONCE = 50; // so many rows the server looks at: see admin/jobs_live.py
  const cells = () => [...document.querySelectorAll("[data-row]")];
  follow(
    () => {
      const ids = [...new Set(cells().map((cell) => cell.dataset.row))].slice(0, AT_ONCE);
      const asked = new URLSearchParams(ids.map((id) => ["id", id]));
      return ids.length ? `${moving.dataset.progress}?${asked}` : "";
    },
    ({ rows }) => {
      for (const cell of cells()) {
        const row = rows[cell.dataset.row];
        if (!row) continue;
        const shown = row.cells[cell.dataset.cell];
        if (cell.innerHTML !== shown) cell.innerHTML = shown; // made and escaped by the server
        if (row.is_over) delete cell.dataset.row;
      }
      const over = Object.values(rows).filter((row) => row.is_over).map((row) => row.text);
      if (over.length) say(moving, over.join(". "));
    },
    () => {},
  );
}
