// A further section is folded, and opens by itself at its heading. Here it opens, too, for a link
// that leads into it, and for a search whose word stands nowhere else on the page.
(() => {
  // Sphinx's own script reads the words that were searched for, and forgets them: so read them now.
  const searched = () => {
    const asked = new URLSearchParams(location.search).get("highlight");
    try {
      return localStorage.getItem("sphinx_highlight_terms") || asked || "";
    } catch {
      return asked || "";
    }
  };
  const words = searched().toLowerCase().split(/\s+/).filter(Boolean);

  const openFor = (hash) => {
    const target = document.getElementById(decodeURIComponent(hash.slice(1)));
    let section = target?.closest("section.further");
    for (; section; section = section.parentElement.closest("section.further")) {
      section.querySelector(":scope > details").open = true;
    }
    target?.scrollIntoView();
  };

  const openForSearch = () => {
    const holds = (node, word) => node.textContent.toLowerCase().includes(word);
    const core = document.querySelector("article").cloneNode(true);
    core.querySelectorAll("details.further").forEach((box) => box.remove());
    for (const word of words.filter((word) => !holds(core, word))) {
      for (const box of document.querySelectorAll("details.further")) box.open ||= holds(box, word);
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("details.further")) return;
    if (words.length) openForSearch();
    openFor(location.hash);
    window.addEventListener("hashchange", () => openFor(location.hash));
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (link?.hash && link.pathname === location.pathname) openFor(link.hash);
    });
  });
})();
