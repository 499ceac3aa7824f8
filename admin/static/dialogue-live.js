"use strict";
// A session while it is held. Asks again and again for the moving part of the page, which the server
// makes, and puts it in place piece by piece: what one is typing in, and where one stands, stays.
(() => {
  const ask = document.getElementById("live-ask");
  if (!ask) return;
  const words = ask.dataset;
  const EVERY = 700; // milliseconds from one look to the next
  const SPREAD = 120; // so that forty telephones do not ask in one breath
  const AFRESH = 30000; // who is here is told anew, though nothing was written
  const LONGEST_WAIT = 8000; // when the connection is lost
  const PATIENCE = 10000; // then a look that is not answered is given up
  const live = () => document.getElementById("live");
  const lost = document.getElementById("live-lost");
  const said = document.getElementById("live-said");
  const note = document.getElementById("live-note");

  // A screen reader hears a text each time it changes, so it is not written again unchanged.
  const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  // --- putting in place

  const KEPT = new Set(["open"]); // what the reader has done to the page
  const fit = (from, to) => {
    for (const { name } of [...from.attributes]) {
      if (!to.hasAttribute(name) && !KEPT.has(name)) from.removeAttribute(name);
    }
    for (const { name, value } of [...to.attributes]) {
      if (!KEPT.has(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
  };
  const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id || "") === (other.id || "");
  const morph = (from, to) => {
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.data !== to.data) from.data = to.data;
      return;
    }
    if (from.tagName !== "TEXTAREA") fit(from, to);
    if (from.hasAttribute("data-own") || from.tagName === "SELECT") return; // its contents are ours, or the reader's
    let here = from.firstChild;
    for (const wanted of [...to.childNodes]) {
      let found = null;
      if (wanted.id) found = [...from.children].find((child) => child.id === wanted.id && child.nodeName === wanted.nodeName) || null;
      else if (here && alike(here, wanted)) found = here;
      if (!found) {
        from.insertBefore(wanted, here);
        continue;
      }
      if (found === here) here = here.nextSibling;
      else from.insertBefore(found, here);
      morph(found, wanted);
    }
    while (here) {
      const after = here.nextSibling;
      here.remove();
      here = after;
    }
  };

  // --- what is shown

  let version = Number(live().dataset.version);
  const show = (part) => {
    if (part.version < version) return; // an older look that was long under way
    const made = document.createElement("template");
    made.innerHTML = part.html; // made and escaped by the server
    const next = made.content.querySelector("#live");
    const before = { ...live().dataset };
    const held = document.activeElement;
    const place = held && held.closest("[id^=card-]");
    morph(live(), next);
    version = part.version;
    if (held && held !== document.body && !held.isConnected) {
      const near = place && place.isConnected ? place.querySelector("summary, textarea, button") : document.getElementById("main");
      near.focus({ preventScroll: true }); // what had the focus is gone
    }
    if (refused && !refused.form.isConnected) {
      note.hidden = false; // what was pressed is gone, and why it did not work is said all the same
      say(note, refused.text);
      refused = null;
    }
    tell(before, live().dataset);
    dress();
    tick();
  };
  const tell = (before, now) => {
    if (before.phase !== now.phase) {
      const step = document.querySelector("#live-steps [aria-current]");
      const over = document.querySelector("#live-over .big, #live-waiting .big");
      say(said, step ? `${step.textContent.trim()}. ${now.lead}` : over ? over.textContent : "");
      return;
    }
    const more = Number(now.others) - Number(before.others);
    if (more > 0) say(said, more === 1 ? `${words.one}.` : `${words.many.replace("{count}", more)}.`);
  };

  // --- the time

  let endsAt = 0;
  let ends = "";
  let stage = "";
  const tick = () => {
    const timer = document.getElementById("live-timer");
    if (!timer) return;
    if ((timer.dataset.ends || "") !== ends) {
      ends = timer.dataset.ends || "";
      endsAt = performance.now() + Number(timer.dataset.left);
      stage = "";
    }
    const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    const now = !ends ? "" : !left ? "over" : left <= 60 ? "soon" : "runs";
    if (stage && now !== stage && timer.dataset[now]) say(said, timer.dataset[now]);
    stage = now;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    say(timer, !ends ? "" : left ? clock : timer.dataset.over);
    timer.classList.toggle("is-over", stage === "over");
    timer.classList.toggle("is-soon", stage === "soon");
  };

  // --- asking

  let waiting = 0;
  let fails = 0;
  let isAsking = false;
  let isOver = false;
  let lastWhole = performance.now();
  const later = (wait) => {
    window.clearTimeout(waiting);
    if (!isOver) waiting = window.setTimeout(look, wait);
  };
  const stop = (text) => {
    isOver = true;
    say(lost, text);
    lost.classList.add("is-shown");
  };
  const look = async () => {
    if (isAsking || isOver) return;
    if (document.hidden) return; // `visibilitychange` wakes it
    isAsking = true;
    const whole = fails > 0 || performance.now() - lastWhole > AFRESH;
    const patience = new AbortController();
    const bell = window.setTimeout(() => patience.abort(), PATIENCE);
    let wait = EVERY + Math.random() * SPREAD;
    try {
      const url = whole ? words.state : `${words.state}&since=${version}`;
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: patience.signal });
      if (answer.redirected || answer.status === 401) {
        stop(words.out);
      } else if (answer.status === 403 || answer.status === 404) {
        stop(words.gone);
      } else if (answer.status === 204) {
        found();
      } else if (answer.ok) {
        const part = await answer.json();
        if (whole) lastWhole = performance.now();
        found();
        show(part);
      } else {
        wait = failed();
      }
    } catch (error) {
      wait = failed();
    }
    window.clearTimeout(bell);
    isAsking = false;
    later(wait);
  };
  const found = () => {
    if (!fails) return;
    fails = 0;
    lost.classList.remove("is-shown");
    say(lost, "");
    say(said, words.back);
  };
  const failed = () => {
    fails += 1;
    if (fails > 1 || !navigator.onLine) {
      lost.classList.add("is-shown");
      say(lost, words.lost);
    }
    return Math.min(LONGEST_WAIT, EVERY * 2 ** Math.min(fails, 5)) * (0.8 + Math.random() * 0.4);
  };
  const wake = () => { if (!document.hidden) later(0); };
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  window.addEventListener("offline", () => { later(0); });

  // --- pressing

  const sending = new WeakSet();
  let refused = null;
  const complain = (form, text) => {
    const error = form.querySelector(".field-error");
    const field = form.querySelector("textarea, select");
    if (error) say(error, text);
    if (!field) return;
    if (text) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  };
  const done = (form, part) => {
    for (const each of live().querySelectorAll("form[data-act]")) complain(each, "");
    note.hidden = true;
    const box = form.querySelector("[data-draft]");
    if (box) {
      box.value = "";
      keep(box);
    }
    const edit = form.closest(".live-edit");
    if (edit) {
      edit.open = false;
      edit.querySelector("summary").focus();
    }
    show(part);
  };
  const send = async (form, button) => {
    const fields = new FormData(form);
    fields.append(button.name, button.value);
    sending.add(form);
    complain(form, "");
    refused = null;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      if (answer.redirected) {
        complain(form, words.out);
        stop(words.out);
      } else if (answer.ok) {
        done(form, await answer.json());
      } else if (isJson) {
        refused = { form, text: (await answer.json()).detail };
        complain(form, refused.text);
        later(0); // the page may be out of date
      } else {
        complain(form, answer.status === 403 || answer.status === 404 ? words.gone : words.unsent);
      }
    } catch (error) {
      complain(form, words.unsent);
      later(0);
    }
    sending.delete(form);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-act")) return;
    event.preventDefault();
    if (!sending.has(form)) send(form, event.submitter || form.querySelector("button[type=submit]"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.tagName !== "TEXTAREA") return;
    const form = event.target.closest("form[data-act]");
    if (form) form.requestSubmit(form.querySelector("button[type=submit]"));
  });

  // --- drafts: what is typed and not sent outlives a reload of the tab

  const name = (box) => `dialogue:${box.id}`;
  const keep = (box) => {
    try {
      if (box.value) sessionStorage.setItem(name(box), box.value);
      else sessionStorage.removeItem(name(box));
    } catch (error) {
      // No storage in this browser: the box itself still keeps it.
    }
  };
  document.addEventListener("input", (event) => {
    if (event.target.hasAttribute("data-draft")) keep(event.target);
  });

  // --- one card alone on the screen

  let alone = "";
  const dress = () => {
    for (const box of document.querySelectorAll("[data-draft]:not([data-met])")) {
      box.setAttribute("data-met", "");
      try {
        if (!box.value) box.value = sessionStorage.getItem(name(box)) || "";
      } catch (error) {
        // The same.
      }
    }
    const cards = document.getElementById("live-cards");
    if (!cards) return;
    if (!document.getElementById(alone)) alone = "";
    cards.classList.toggle("has-one", Boolean(alone));
    for (const card of cards.querySelectorAll(".live-card")) card.classList.toggle("is-alone", card.id === alone);
    for (const button of cards.querySelectorAll("[data-zoom]")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(button.dataset.zoom === alone));
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    alone = alone === button.dataset.zoom ? "" : button.dataset.zoom;
    dress();
  });

  window.setInterval(tick, 250);
  tick();
  dress();
  later(EVERY);
})();
