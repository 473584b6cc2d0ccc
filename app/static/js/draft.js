/* Saves a rule of a draft while it is written, and shows how it will look. Without this script the button saves.
   A refusal is said; what was typed stays in the form. Words come from the page's data attributes. */
(() => {
  "use strict";
  const form = document.getElementById("editor");
  const state = document.getElementById("draft-state");
  const previews = document.getElementById("previews");
  if (!form || !state || !previews || !window.fetch) return;
  let timer = 0;
  let sending = false;
  let dirty = false;

  const say = (text, kind) => {
    state.textContent = text;
    state.className = `saved-state ${kind}`;
  };

  async function send() {
    if (sending) return;
    sending = true;
    dirty = false;
    say(state.dataset.saving, "plain");
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) {
        form.elements.revision.value = told.revision;
        previews.innerHTML = told.preview;
        say(told.saved, "good");
      } else {
        say(told.error, "warn");
      }
    } catch {
      dirty = true;
      say(state.dataset.lost, "warn");
    }
    sending = false;
    if (dirty) later();
  }

  const later = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, 1500);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty || sending) event.preventDefault();
  });
})();
