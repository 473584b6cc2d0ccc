/* Saves each answer as it is made; when the line is down, keeps it on the device and sends all in order when it is back.
   Without this script the form's buttons save. Words come from the page's data attributes. What is kept on the device is
   {n, said, known}: its turn, the form's fields, and which answers the server may hold (the acknowledged one, and those sent
   since without a reply), so that an answer given meanwhile in another tab or device is told and not overwritten. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-answers]");
  const state = document.getElementById("saved-state");
  const words = document.getElementById("saved-state-text");
  if (!form || !state || !words || !window.fetch) return;
  const key = form.dataset.key;
  const attempt = key.slice(0, key.lastIndexOf("-") + 1);
  const kind = form.elements.kind.value;
  const several = form.querySelector("[name=choice]").type === "checkbox";
  let known = [form.elements.known.value];
  let sending = false;
  let wait = 1000;
  let timer = 0;

  const say = (text, mood) => {
    words.textContent = text;
    state.classList.remove("good", "warn", "plain");
    state.classList.add(mood);
  };
  const fields = () => [...form.elements].filter((field) => /^(choice|certainty|written|place_[a-t])$/.test(field.name));
  const answered = () =>
    fields()
      .filter((field) => (/^(radio|checkbox)$/.test(field.type) ? field.checked : field.value.trim() !== ""))
      .map((field) => [field.name, field.value]);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  /* The answer as the server writes it, for what is sent without a reply. */
  const written = (said) => {
    const of = (name) => said.filter((pair) => pair[0].startsWith(name));
    const choices = of("choice").map((pair) => pair[1]);
    if (choices.includes("u")) return "u";
    const places = of("place_").map((pair) => pair[0].slice(6) + pair[1]);
    if (places.length) return places.sort().join("");
    const text = of("written").map((pair) => pair[1].trim().replace(/\s+/g, " "))[0];
    return text ? `=${text}` : choices.sort().join("");
  };
  const keep = (said) => {
    try {
      const n = 1 + Number(localStorage.getItem("seragam-turn") || 0);
      localStorage.setItem("seragam-turn", n);
      localStorage.setItem(key, JSON.stringify({ n, kind, said, known }));
    } catch {
      /* a full or forbidden store: the page still holds the answer */
    }
  };
  const kept = (name) => {
    try {
      const found = JSON.parse(localStorage.getItem(name) || "null");
      return found && Array.isArray(found.said) ? found : null;
    } catch {
      return null;
    }
  };
  const forget = (name, said) => {
    const found = kept(name);
    if (!found || same(found.said, said)) localStorage.removeItem(name);
    if (!Object.keys(localStorage).some((other) => other.startsWith("seragam-") && other !== "seragam-turn"))
      localStorage.removeItem("seragam-turn");
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
  const post = (position, what, said, maybe) => {
    const body = new URLSearchParams({ position, kind: what, language: document.documentElement.lang });
    body.set("csrf_token", form.elements.csrf_token.value);
    for (const [name, value] of said) body.append(name, value);
    for (const one of maybe) body.append("known", one);
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
  };
  const remember = (said) => {
    const sent = written(said);
    if (!known.includes(sent)) known = [known[0], ...known.slice(1).slice(-2), sent];
    keep(said);
  };

  async function send() {
    const said = answered();
    if (sending || (said.length === 0 && !several && kind !== "numeric" && kind !== "short_answer")) return;
    sending = true;
    clearTimeout(timer);
    say(state.dataset.saving, "plain");
    let again = false;
    try {
      const reply = await post(form.elements.position.value, kind, said, known);
      if (reply.ok) {
        const facts = await reply.json();
        wait = 1000;
        known = [facts.kept];
        form.elements.known.value = facts.kept;
        forget(key, said);
        document.getElementById("sign-in-again").hidden = true;
        say(`${state.dataset.saved} ${facts.saved_at}`, "good");
        again = !same(answered(), said);
        if (!again) sendOthers();
      } else if (reply.status === 401) {
        askToSignIn();
      } else if (reply.status === 412) {
        localStorage.removeItem(key);
        location.replace(`${location.pathname}?elsewhere=${encodeURIComponent(written(said))}`);
      } else if (reply.status === 409) {
        localStorage.removeItem(key);
        location.reload();
      } else if (reply.status >= 500 || reply.status === 429) {
        remember(said);
        later();
      } else {
        say(form.dataset.refused, "warn");
      }
    } catch {
      remember(said);
      later();
    }
    sending = false;
    if (again) send();
  }

  /* What other questions of this attempt still hold on this device: sent in the order they were made, forgotten once kept.
     One answered otherwise elsewhere stays here until its own page tells. */
  async function sendOthers() {
    const waiting = Object.keys(localStorage)
      .filter((name) => name.startsWith(attempt) && name !== key)
      .map((name) => [name, kept(name)])
      .sort((one, other) => (one[1] ? one[1].n : 0) - (other[1] ? other[1].n : 0));
    for (const [name, found] of waiting) {
      try {
        const reply = found ? await post(name.slice(attempt.length), found.kind, found.said, found.known) : null;
        if (!reply || reply.ok || [404, 409, 422].includes(reply.status)) forget(name, found ? found.said : null);
      } catch {
        return;
      }
    }
  }

  const changed = () => {
    keep(answered());
    send();
  };
  form.addEventListener("change", (event) => {
    if (!fields().includes(event.target)) return;
    if (event.target.type === "checkbox" && event.target.checked && event.target.name === "choice") {
      const alone = /[u0]/.test(event.target.value);
      for (const box of form.querySelectorAll("[name=choice]:checked"))
        if (box !== event.target && (alone || /[u0]/.test(box.value))) box.checked = false;
      if (alone) for (const place of form.querySelectorAll("select[name^=place_]")) place.value = "";
    } else if (event.target.name.startsWith("place_") || event.target.name === "written") {
      for (const box of form.querySelectorAll("[name=choice]:checked")) box.checked = false;
    }
    changed();
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    keep(answered());
    later();
  });
  window.addEventListener("online", send);

  const restore = (said) => {
    for (const field of fields()) {
      const values = said.filter((pair) => pair[0] === field.name).map((pair) => pair[1]);
      if (/^(radio|checkbox)$/.test(field.type)) field.checked = values.includes(field.value);
      else field.value = values[0] || "";
    }
  };
  const waiting = kept(key);
  if (waiting) {
    if (waiting.known.includes(known[0]) || written(waiting.said) === known[0]) {
      restore(waiting.said);
      send();
    } else {
      localStorage.removeItem(key);
      location.replace(`${location.pathname}?elsewhere=${encodeURIComponent(written(waiting.said))}`);
    }
  } else if ("unsaved" in form.dataset) {
    keep(answered());
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
