/* Reads the question aloud for those whose accommodation says so, in the language of the page. */
(() => {
  "use strict";
  const place = document.getElementById("read-aloud");
  const card = document.querySelector("form[data-answers]");
  if (!place || !card || !window.speechSynthesis) return;
  const button = place.querySelector("button");
  const begin = button.textContent;
  place.hidden = false;
  const words = () =>
    [card.parentElement.querySelector(".case"), card.querySelector("legend"), ...card.querySelectorAll(".option, .placing, .paper-said")]
      .map((part) => (part ? part.innerText.trim() : ""))
      .filter(Boolean);
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return;
    }
    words().forEach((text) => {
      const said = new SpeechSynthesisUtterance(text);
      said.lang = document.documentElement.lang === "en" ? "en-GB" : "ms-MY";
      said.onend = () => {
        if (!speechSynthesis.pending) button.textContent = begin;
      };
      speechSynthesis.speak(said);
    });
    button.textContent = button.dataset.stop;
  });
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
})();
