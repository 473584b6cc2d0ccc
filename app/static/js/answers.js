/* Saves each choice as it is made; when the line is down, keeps it on the device and sends it when it is back.
   Without this script the form's buttons save. Words come from the page's data attributes. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-answers]");
  const state = document.getElementById("saved-state");
  const words = document.getElementById("saved-state-text");
  if (!form || !state || !words || !window.fetch) return;
  const key = form.dataset.key;
  let sending = false;
  let wait = 1000;
  let timer = 0;

  const say = (text, kind) => {
    words.textContent = text;
    state.classList.remove("good", "warn", "plain");
    state.classList.add(kind);
  };
  const chosen = () => [...form.querySelectorAll("[name=choice]:checked")].map((box) => box.value);
  const keep = (letters) => {
    try {
      localStorage.setItem(key, JSON.stringify(letters));
    } catch {
      /* a full or forbidden store: the page still holds the choice */
    }
  };
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(key) || "null");
    } catch {
      return null;
    }
  };
  const forget = (letters) => {
    if (JSON.stringify(kept()) === JSON.stringify(letters)) localStorage.removeItem(key);
  };
  const later = () => {
    say(state.dataset.waiting, "warn");
    clearTimeout(timer);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, 30000);
  };

  async function send() {
    const letters = chosen();
    if (sending || letters.length === 0) return;
    sending = true;
    say(state.dataset.saving, "plain");
    const body = new URLSearchParams();
    for (const name of ["csrf_token", "position"]) body.set(name, form.elements[name].value);
    for (const letter of letters) body.append("choice", letter);
    let again = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) {
        const facts = await answer.json();
        wait = 1000;
        forget(letters);
        say(`${state.dataset.saved} ${facts.saved_at}`, "good");
        again = JSON.stringify(chosen()) !== JSON.stringify(letters);
      } else if (answer.status === 401 || answer.status === 400) {
        say(form.dataset.signIn, "warn");
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
  window.addEventListener("online", send);

  const waiting = kept();
  if (Array.isArray(waiting) && waiting.length) {
    for (const box of form.querySelectorAll("[name=choice]")) box.checked = waiting.includes(box.value);
    send();
  }
})();
