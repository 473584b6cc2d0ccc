/* Saves each choice as it is made; when the line is down, keeps it on the device and sends it when it is back.
   Without this script the form's buttons save. Words come from the page's data attributes. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-answers]");
  const state = document.getElementById("saved-state");
  const words = document.getElementById("saved-state-text");
  if (!form || !state || !words || !window.fetch) return;
  const key = form.dataset.key;
  const attempt = key.slice(0, key.lastIndexOf("-") + 1);
  const several = form.querySelector("[name=choice]").type === "checkbox";
  let sending = false;
  let wait = 1000;
  let timer = 0;

  const say = (text, kind) => {
    words.textContent = text;
    state.classList.remove("good", "warn", "plain");
    state.classList.add(kind);
  };
  const chosen = () => [...form.querySelectorAll("[name=choice]:checked")].map((box) => box.value);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const keep = (letters) => {
    try {
      localStorage.setItem(key, JSON.stringify(letters));
    } catch {
      /* a full or forbidden store: the page still holds the choice */
    }
  };
  const kept = (name) => {
    try {
      const found = JSON.parse(localStorage.getItem(name) || "null");
      return Array.isArray(found) ? found : null;
    } catch {
      return null;
    }
  };
  const forget = (name, letters) => {
    if (same(kept(name), letters)) localStorage.removeItem(name);
  };
  const askToSignIn = () => {
    say(form.dataset.signIn, "warn");
    document.getElementById("sign-in-again").hidden = false;
  };
  const later = () => {
    say(state.dataset.waiting, "warn");
    clearTimeout(timer);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, 30000);
  };
  const post = (position, letters) => {
    const body = new URLSearchParams({ position, language: document.documentElement.lang });
    body.set("csrf_token", form.elements.csrf_token.value);
    for (const letter of letters) body.append("choice", letter);
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
  };

  async function send() {
    const letters = chosen();
    if (sending || (letters.length === 0 && !several)) return;
    sending = true;
    clearTimeout(timer);
    say(state.dataset.saving, "plain");
    let again = false;
    try {
      const answer = await post(form.elements.position.value, letters);
      if (answer.ok) {
        const facts = await answer.json();
        wait = 1000;
        forget(key, letters);
        document.getElementById("sign-in-again").hidden = true;
        say(`${state.dataset.saved} ${facts.saved_at}`, "good");
        again = !same(chosen(), letters);
        if (!again) sendOthers();
      } else if (answer.status === 401) {
        askToSignIn();
      } else if (answer.status === 409) {
        localStorage.removeItem(key);
        location.reload();
      } else if (answer.status >= 500 || answer.status === 429) {
        later();
      } else {
        say(form.dataset.refused, "warn");
      }
    } catch {
      later();
    }
    sending = false;
    if (again) send();
  }

  // What other questions of this attempt still hold on this device: sent one by one, forgotten once it is kept.
  async function sendOthers() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(attempt) && name !== key);
    for (const name of names) {
      const letters = kept(name);
      try {
        const answer = letters ? await post(name.slice(attempt.length), letters) : null;
        if (!answer || answer.ok || [404, 409, 422].includes(answer.status)) localStorage.removeItem(name);
      } catch {
        return;
      }
    }
  }

  form.addEventListener("change", (event) => {
    if (event.target.name !== "choice") return;
    if (event.target.type === "checkbox" && event.target.checked) {
      const refer = event.target.value === "u";
      for (const box of form.querySelectorAll("[name=choice]:checked"))
        if (box !== event.target && (refer || box.value === "u")) box.checked = false;
    }
    keep(chosen());
    send();
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    keep(chosen());
    later();
  });
  window.addEventListener("online", send);

  const waiting = kept(key);
  if (waiting && !(waiting.length === 0 && !several)) {
    for (const box of form.querySelectorAll("[name=choice]")) box.checked = waiting.includes(box.value);
    send();
  } else if ("unsaved" in form.dataset) {
    keep(chosen());
    send();
  } else {
    sendOthers();
  }
})();

/* Time left, in whole minutes, by the server's count of seconds; read out only when five and one minute are left. */
(() => {
  "use strict";
  const shown = document.getElementById("time-left");
  const aloud = document.getElementById("time-aloud");
  if (!shown || !aloud) return;
  const began = performance.now();
  const all = Number(shown.dataset.seconds);
  let before = Infinity;
  const tick = () => {
    const left = all - (performance.now() - began) / 1000;
    const minutes = Math.max(1, Math.ceil(left / 60));
    const text = shown.dataset.words.replace("{n}", minutes);
    if (shown.textContent !== text) shown.textContent = text;
    if ([1, 5].includes(minutes) && minutes < before) aloud.textContent = text;
    before = minutes;
    if (left < -6) location.reload();
    else setTimeout(tick, 5000);
  };
  tick();
})();
