// Paper is light: a page read in the dark is printed in the light colours. Nothing unfolds on paper,
// so the further sections are open there. (The style sheet says so too, to browsers that know how.)
(() => {
  const page = document.documentElement.dataset;
  let before = null;
  let opened = [];
  const onPaper = (printing) => {
    if (printing && before === null) {
      before = page.theme;
      page.theme = "light";
      opened = [...document.querySelectorAll("details.further:not([open])")];
      for (const box of opened) box.open = true;
    } else if (!printing && before !== null) {
      page.theme = before;
      before = null;
      for (const box of opened) box.open = false;
    }
  };
  matchMedia("print").addEventListener("change", (event) => onPaper(event.matches));
  window.addEventListener("beforeprint", () => onPaper(true));
  window.addEventListener("afterprint", () => onPaper(false));
})();
