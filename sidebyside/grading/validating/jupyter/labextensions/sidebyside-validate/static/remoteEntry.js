// nbgrader's Validate button, answered task by task. A module container as JupyterLab's loader wants
// it, written by hand: it shares no package, so nothing has to be built.
(() => {
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const address = `${config.baseUrl}sidebyside/validate`;

  const ask = async (method, path) => {
    const posts = method === "POST";
    const token = document.cookie.match(/\b_xsrf=([^;]*)/)?.[1] ?? "";
    const answer = await fetch(posts ? address : `${address}?path=${encodeURIComponent(path)}`, {
      method,
      headers: { "Content-Type": "application/json", "X-XSRFToken": token },
      body: posts ? JSON.stringify({ path }) : undefined,
    });
    const body = await answer.json().catch(() => ({}));
    return answer.ok ? body : { error: body.message || `${answer.status} ${answer.statusText}` };
  };

  const element = (name, text, parent, style = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    made.style.cssText = style;
    parent?.append(made);
    return made;
  };

  const open = () => {
    const dialog = element(
      "dialog", "", document.body,
      "max-width: 44rem; padding: 1rem 1.5rem; border: 1px solid var(--jp-border-color1);" +
      "border-radius: 8px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1);" +
      "font: 14px/1.5 var(--jp-ui-font-family)",
    );
    dialog.className = "sidebyside-validate";
    element("h2", "Validation", dialog, "font-size: 1.2rem; margin: 0 0 0.5rem");
    const body = element("div", "", dialog);
    body.setAttribute("aria-live", "polite");
    element("button", "Close", dialog).addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    return body;
  };

  const show = (body, result) => {
    body.replaceChildren();
    if (result.error) {
      element("p", result.error, body, "white-space: pre-wrap");
      return;
    }
    for (const task of result.tasks) {
      const sign = task.failures.length ? "✗" : "✓";
      element("p", `${sign} ${task.said}`, body, "font-weight: 600; margin: 0.6rem 0 0");
      for (const failure of task.failures)
        element("pre", failure, body, "margin: 0.2rem 0 0.2rem 1.2rem; white-space: pre-wrap");
    }
    element("p", "These are the visible tests. Grading runs hidden ones, too.", body);
  };

  const validate = async (app) => {
    const path = app.shell.currentWidget?.context?.path;
    if (!path) return;
    const body = open();
    element("p", "Saving the notebook …", body);
    await app.commands.execute("docmanager:save");
    const began = Date.now();
    let waiting = true;
    const tell = async () => {
      const now = await ask("GET", path).catch(() => ({}));
      if (!waiting) return;
      const task = now.task ? `: ${now.task}` : "";
      const what = now.of ? `Running cell ${now.done + 1} of ${now.of}${task}` : "Starting";
      body.replaceChildren();
      element("p", `${what} … ${Math.round((Date.now() - began) / 1000)} s`, body);
      setTimeout(tell, 700);
    };
    tell();
    const result = await ask("POST", path).catch((error) => ({ error: String(error) }));
    waiting = false;
    show(body, result);
  };

  const plugin = {
    id: "sidebyside-validate:plugin",
    autoStart: true,
    activate: (app) => {
      const answer = (event) => {
        if (!event.target.closest?.(".validate-button")) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        validate(app);
      };
      document.addEventListener("click", answer, true);
    },
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["sidebyside-validate"] = {
    init: () => undefined,
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
