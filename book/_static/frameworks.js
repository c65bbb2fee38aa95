// Framework tabs, beyond what sphinx-design's own script does. That one synchronises the tab sets
// of a page and remembers the last choice; this one remembers the order of the reader's choices,
// so that a set which lacks the first shows the next, keeps the page still while panels change,
// hands the choice on between pages opened from a disk, and names the group for screen readers.
(() => {
  const KEY = "sidebyside-frameworks";
  const GROUP = "framework";

  const labels = () => [...document.querySelectorAll(`label[data-sync-group="${GROUP}"]`)];
  const inputOf = (label) => document.getElementById(label.htmlFor);

  const stored = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };
  let choices = stored();

  const choose = (id) => {
    choices = [id, ...choices.filter((other) => other !== id)];
    try {
      localStorage.setItem(KEY, JSON.stringify(choices));
    } catch {
      // no storage here: the choice holds for this page
    }
    // From a disk, storage may come too late for a reload; the page's own address does not.
    if (location.protocol === "file:") {
      const address = new URL(location.href);
      address.searchParams.set(GROUP, id);
      history.replaceState(history.state, "", address);
    }
  };

  const show = () => {
    const best = new Map();
    for (const label of labels()) {
      const set = label.parentElement;
      const rank = choices.indexOf(label.dataset.syncId);
      if (rank >= 0 && !(best.get(set)?.rank <= rank)) best.set(set, { rank, label });
    }
    for (const { label } of best.values()) inputOf(label).checked = true;
  };

  // The set that was clicked stays where it is, whatever the sets above it now show.
  let held = null;
  const hold = (event) => {
    const label = event.target.nextElementSibling;
    if (label?.dataset.syncGroup === GROUP) held = { label, top: label.getBoundingClientRect().top };
  };
  const settle = () => {
    if (!held) return;
    choose(held.label.dataset.syncId);
    show();
    const moved = held.label.getBoundingClientRect().top - held.top;
    window.scrollBy({ top: moved, behavior: "instant" });
    held = null;
  };

  // Some browsers give every file its own storage, so from a disk the address carries the choice.
  const handOn = (event) => {
    const link = event.target.closest?.("a[href]");
    if (location.protocol !== "file:" || !choices.length || !link) return;
    const address = new URL(link.href);
    if (address.protocol !== "file:" || !address.pathname.endsWith(".html")) return;
    if (address.pathname === location.pathname) return;
    address.searchParams.set(GROUP, choices[0]);
    link.href = address.href;
  };

  // "Compare" shows the panels under one another, on every page until it is pressed again.
  const COMPARED = "sidebyside-compared";
  const storedCompared = () => {
    try {
      return localStorage.getItem(COMPARED) === "yes";
    } catch {
      return false;
    }
  };
  const isCompared = () => document.documentElement.classList.contains("frameworks-compared");
  const compare = (wanted) => {
    document.documentElement.classList.toggle("frameworks-compared", wanted);
    for (const button of document.querySelectorAll(".framework-tabs > .compare")) {
      button.setAttribute("aria-pressed", String(wanted));
    }
    try {
      localStorage.setItem(COMPARED, wanted ? "yes" : "");
    } catch {
      // no storage here: it holds for this page
    }
  };
  const addCompare = (set) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "compare", textContent: "Compare" });
    button.title = "Show all frameworks under one another";
    button.addEventListener("click", () => {
      const top = set.getBoundingClientRect().top;
      compare(!isCompared());
      window.scrollBy({ top: set.getBoundingClientRect().top - top, behavior: "instant" });
    });
    set.append(button);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const asked = new URLSearchParams(location.search).get(GROUP);
    const known = ["numpy", "tensorflow", "pytorch"];
    if (known.includes(asked)) choose(asked);
    for (const set of new Set(labels().map((label) => label.parentElement))) {
      set.setAttribute("role", "group");
      set.setAttribute("aria-label", "Framework");
      addCompare(set);
    }
    compare(storedCompared());
    show();
    document.addEventListener("change", hold, true);
    document.addEventListener("change", settle);
    document.addEventListener("click", handOn, true);
  });
})();
