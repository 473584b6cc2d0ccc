// Menus close with Escape and when the reader goes elsewhere; contents stand open where there is room.
(() => {
  "use strict";
  const menus = document.querySelectorAll("details[data-menu]");
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus) {
      if (!menu.open) continue;
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  const narrow = matchMedia("(max-width: 48rem)");
  const fold = () => {
    for (const details of document.querySelectorAll("details[data-fold-narrow]")) details.open = !narrow.matches;
  };
  fold();
  narrow.addEventListener("change", fold);
})();
