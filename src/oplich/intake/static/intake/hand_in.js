// Handing in with JavaScript: drop a file anywhere on the box, see it travel. Without it the same form works by itself.
(function () {
  "use strict";

  function size(bytes, language) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
    let power = 0;
    while (bytes >= 1000 && power < 3) { bytes /= 1000; power += 1; }
    return new Intl.NumberFormat(language, { style: "unit", unit: units[power], maximumFractionDigits: power ? 1 : 0 }).format(bytes);
  }

  function prepare(form) {
    const box = form.querySelector("[data-drop]");
    const input = form.querySelector("input[type=file]");
    const chosen = form.querySelector("[data-chosen]");
    const progress = form.querySelector("[data-progress]");
    const bar = form.querySelector("[data-bar]");
    const said = form.querySelector("[data-said]");
    const button = form.querySelector("button[type=submit]");
    const language = document.documentElement.lang || "uk";
    form.classList.add("scripted");
    const most = Number(form.dataset.most);

    function tell(words, refused) {
      chosen.textContent = words;
      chosen.classList.toggle("text-danger", Boolean(refused));
    }

    function show() {
      const file = input.files[0];
      if (!file) { tell(chosen.dataset.none); return; }
      if (file.size > most) { tell(form.dataset.tooLarge, true); input.value = ""; return; }
      tell(file.name + " · " + size(file.size, language));
    }

    input.addEventListener("change", show);
    ["dragenter", "dragover"].forEach(function (name) {
      box.addEventListener(name, function (event) { event.preventDefault(); box.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      box.addEventListener(name, function () { box.classList.remove("over"); });
    });
    box.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
    });

    form.addEventListener("submit", function (event) {
      if (!input.files.length || !window.FormData) { return; }
      event.preventDefault();
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.upload.addEventListener("progress", function (event) {
        if (!event.lengthComputable) { return; }
        const part = Math.round(100 * event.loaded / event.total);
        bar.value = part;
        said.textContent = part < 100
          ? form.dataset.sending + " " + size(event.loaded, language) + " / " + size(event.total, language)
          : form.dataset.looking;
      });
      request.addEventListener("load", function () {
        const next = request.getResponseHeader("X-Next");
        if (next) { window.location.assign(next); return; }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const fresh = page.querySelector("form[data-hand-in]");
        if (!fresh) { window.location.reload(); return; }
        form.replaceWith(document.adoptNode(fresh));
        prepare(fresh);
        const fault = fresh.querySelector("[role=alert]");
        if (fault) { fault.focus(); }
      });
      request.addEventListener("error", function () {
        progress.hidden = true;
        button.disabled = false;
        tell(form.dataset.lost, true);
      });
      progress.hidden = false;
      button.disabled = true;
      said.textContent = form.dataset.sending;
      request.send(new FormData(form));
    });
  }

  document.querySelectorAll("form[data-hand-in]").forEach(prepare);
})();
