"use strict";
// A page that waits for a job asks every two seconds, and shows the result when it is there.
const box = document.getElementById("job");
if (box && box.dataset.progress) {
  const bar = document.getElementById("job-bar");
  const text = document.getElementById("job-text");
  const refresh = document.getElementById("job-refresh");
  const cancel = document.getElementById("job-cancel");
  if (refresh) refresh.hidden = true;
  // A screen reader hears the text each time it changes, so it is not written again unchanged.
  const say = (words) => { if (text.textContent !== words) text.textContent = words; };
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) {
        if (refresh) refresh.hidden = false;
        return;
      }
      const job = await answer.json();
      bar.max = job.total;
      bar.value = job.done;
      say(job.text);
      if (job.is_over) {
        if (cancel) cancel.hidden = true;
        window.setTimeout(() => window.location.reload(), 1200); // time to hear it said
        return;
      }
    } catch (error) {
      // The server is being restarted: the next question may be answered.
    }
    window.setTimeout(ask, 2000);
  };
  window.setTimeout(ask, 2000);
}
