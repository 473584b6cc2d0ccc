// A choice made with the pointer filters at once; with the keyboard the button does it, so that arrows do not send.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-filter]")) {
    let pointed = false;
    form.addEventListener("pointerdown", () => { pointed = true; });
    form.addEventListener("keydown", () => { pointed = false; });
    form.addEventListener("change", (event) => {
      if (pointed && event.target.matches("select")) form.requestSubmit();
    });
  }
})();
