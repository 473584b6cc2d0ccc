/* The handbook beside the question: fetched once, when it is opened. Without this script the link opens it in a tab. */
(() => {
  "use strict";
  const book = document.getElementById("book");
  const place = document.getElementById("book-text");
  if (!book || !place || !window.fetch) return;
  book.hidden = false;
  book.addEventListener("toggle", async () => {
    if (!book.open || place.dataset.held) return;
    place.textContent = place.dataset.waiting;
    try {
      const reply = await fetch(book.dataset.address);
      if (!reply.ok) throw new Error(String(reply.status));
      place.innerHTML = await reply.text();
      place.dataset.held = "yes";
    } catch {
      place.textContent = place.dataset.failed;
    }
  });
})();
