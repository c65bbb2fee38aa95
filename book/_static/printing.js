// Paper is light: a page read in the dark is printed in the light colours.
(() => {
  const page = document.documentElement.dataset;
  let before = null;
  const onPaper = (printing) => {
    if (printing && before === null) {
      before = page.theme;
      page.theme = "light";
    } else if (!printing && before !== null) {
      page.theme = before;
      before = null;
    }
  };
  matchMedia("print").addEventListener("change", (event) => onPaper(event.matches));
  window.addEventListener("beforeprint", () => onPaper(true));
  window.addEventListener("afterprint", () => onPaper(false));
})();
