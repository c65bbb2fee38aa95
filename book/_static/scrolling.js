// What is wider than its column scrolls in a box of its own. A formula in a line of text gets such
// a box only if it needs one; every box that scrolls can be reached and moved with the keyboard.
(() => {
  const BOXES = ".scrolls, .pst-scrollable-table-container, .cell_output .output, mjx-container";

  const widen = (formula) => {
    formula.classList.remove("wide");
    const line = formula.closest("p, li, td, th, dd, dt, figcaption, div");
    if (!formula.closest("table") && formula.offsetWidth > line.clientWidth) {
      formula.classList.add("wide");
    }
  };
  const reach = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === "auto";
    if (scrolls && !box.matches(":has(pre[tabindex])")) {
      box.tabIndex = 0;
      box.dataset.scrolls = "";
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Wider than the page: scrolls sideways");
    } else if ("scrolls" in box.dataset) {
      for (const name of ["tabindex", "role", "aria-label", "data-scrolls"]) box.removeAttribute(name);
    }
  };
  const settle = () => {
    document.querySelectorAll('article mjx-container:not([display="true"])').forEach(widen);
    document.querySelectorAll(BOXES).forEach(reach);
  };

  window.addEventListener("load", () => {
    settle();
    window.MathJax?.startup?.promise?.then(settle);
    window.addEventListener("resize", settle);
    document.addEventListener("change", settle);
  });
})();
