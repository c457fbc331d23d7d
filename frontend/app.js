// Small conveniences. Every page works without this file.
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

// "/" goes to the search, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const at = event.target;
    if (at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName)) return;
    const search = document.getElementById("search");
    if (search && search.offsetParent !== null) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === "Escape") {
    for (const menu of $$("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

// A menu closes when something else is touched, or when focus leaves it.
document.addEventListener("click", (event) => {
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// Light or dark without a reload; the cookie is the same one the server writes.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-theme-switch]")) {
    event.preventDefault();
    const root = document.documentElement;
    const chosen = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = root.dataset.chosen = chosen;
    document.cookie = `theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
    form.querySelector("[name=theme]").value = chosen === "dark" ? "light" : "dark";
    return;
  }
  // A second press while the first is on its way does nothing.
  if (form.dataset.sent && form.method === "post") {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});
window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Print buttons, and fields that send their form as soon as they change.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (button) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy && navigator.clipboard) {
    navigator.clipboard.writeText(copy.dataset.copy).then(() => {
      const said = document.getElementById("said");
      if (said) said.textContent = copy.dataset.copied || "✓";
      copy.classList.add("copied");
      setTimeout(() => copy.classList.remove("copied"), 1500);
    });
  }
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.hasAttribute("data-send-on-change")) form.requestSubmit();
});

// Rows of a list that can be ticked: the bulk bar appears, "all" ticks all.
document.addEventListener("change", (event) => {
  const table = event.target.closest("[data-ticks]");
  if (!table) return;
  if (event.target.matches("[data-tick-all]")) {
    for (const box of $$("[data-tick]", table)) box.checked = event.target.checked;
  }
  const ticked = $$("[data-tick]:checked", table).length;
  for (const bar of $$("[data-bulk]", table)) bar.hidden = ticked === 0;
  for (const number of $$("[data-ticked]", table)) number.textContent = ticked;
});

// Files: drop them anywhere on the drop place; its name is shown.
for (const place of $$("[data-drop]")) {
  const field = place.querySelector("input[type=file]");
  const told = place.querySelector("[data-drop-name]");
  const tell = () => {
    if (told && field.files.length) told.textContent = [...field.files].map((file) => file.name).join(", ");
    place.classList.toggle("has-file", field.files.length > 0);
  };
  field.addEventListener("change", tell);
  for (const kind of ["dragenter", "dragover"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) place.addEventListener(kind, () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      field.files = event.dataTransfer.files;
      tell();
    }
  });
}

// Drafts: a form with data-draft="name" is kept on this device until it is sent. Fields with data-no-draft never are.
for (const form of $$("form[data-draft]")) {
  const name = `draft:${form.dataset.draft}`;
  const fields = () => $$("input, textarea, select", form).filter((f) => f.name && !/^(hidden|file|password|submit)$/.test(f.type) && !("noDraft" in f.dataset));
  const kept = sessionStorage.getItem(name);
  if (kept && !form.querySelector(".is-invalid")) {
    const values = JSON.parse(kept);
    for (const field of fields()) {
      if (!(field.name in values)) continue;
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = values[field.name].includes(field.value);
      else if (!field.value) field.value = values[field.name][0];
    }
  }
  form.addEventListener("input", () => {
    const values = {};
    for (const field of fields()) {
      if (/^(checkbox|radio)$/.test(field.type) && !field.checked) continue;
      (values[field.name] ||= []).push(field.value);
    }
    sessionStorage.setItem(name, JSON.stringify(values));
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(name));
}

// After htmx changed a part, screen readers hear what is marked, and a lost connection is said.
document.addEventListener("htmx:sendError", () => {
  const said = document.getElementById("said");
  if (said) said.textContent = said.dataset.offline;
  document.body.classList.add("offline");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.body.classList.remove("offline");
});

// A table wider than its place can be scrolled with the keyboard.
const reachable = () => {
  for (const place of $$(".table-responsive, .chart-art")) {
    const overflows = place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight;
    if (overflows && !place.hasAttribute("tabindex")) place.tabIndex = 0;
  }
};
reachable();
window.addEventListener("resize", reachable);
document.addEventListener("htmx:afterSettle", reachable);
