/* Saves a rule of a draft while it is written, and shows how it will look. Without this script the button saves.
   A refusal is said; what was typed stays in the form. When somebody else saved meanwhile, their text is shown and
   nothing is saved by itself any more: the author compares, then presses the button. Words come from the page's data
   attributes. */
(() => {
  "use strict";
  const form = document.getElementById("editor");
  const state = document.getElementById("draft-state");
  const previews = document.getElementById("previews");
  const conflict = document.getElementById("conflict");
  if (!form || !state || !previews || !conflict || !window.fetch) return;
  let timer = 0;
  let sending = false;
  let dirty = false;
  let waiting = false;
  let halted = conflict.childElementCount > 0;

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
        halted = false;
        say(told.saved, "good");
      } else {
        dirty = halted = true;
        waiting = false;
        if (told.conflict.trim()) {
          conflict.innerHTML = told.conflict;
          form.elements.revision.value = told.revision;
        }
        say(told.error, "warn");
      }
    } catch {
      dirty = true;
      waiting = false;
      say(state.dataset.lost, "warn");
    }
    sending = false;
    if (waiting) form.requestSubmit();
    else if (dirty && !halted) later();
  }

  const later = () => {
    dirty = true;
    clearTimeout(timer);
    if (halted && conflict.childElementCount > 0) return;
    timer = setTimeout(send, 1500);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    waiting = sending;
    if (sending) {
      event.preventDefault(); // else this save would find the one on its way in its place
      return;
    }
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty || sending) event.preventDefault();
  });
})();
