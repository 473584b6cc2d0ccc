// The language switch comes back to the same place on the page, not only to the same page.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-language]")) {
    form.addEventListener("submit", () => {
      const next = form.elements.namedItem("next");
      next.value = next.value.split("#")[0] + location.hash;
    });
  }
})();
