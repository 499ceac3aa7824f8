"use strict";
// A page that waits for a job asks every two seconds, and shows the result when it is there.
const box = document.getElementById("job");
if (box && box.dataset.progress) {
  const bar = document.getElementById("job-bar");
  const text = document.getElementById("job-text");
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) return;
      const job = await answer.json();
      bar.max = job.total;
      bar.value = job.done;
      text.textContent = job.text;
      if (job.is_over) { window.location.reload(); return; }
    } catch (error) {
      // The server is being restarted: the next question may be answered.
    }
    window.setTimeout(ask, 2000);
  };
  window.setTimeout(ask, 2000);
}
