// Keys on the page of waiting spellings: a button or link with data-key is pressed by its key, Enter takes the marked one.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const settle = document.getElementById("settle");
  if (!settle) return;
  const inside = event.target.closest("button, a, summary");
  const chosen = event.key === "Enter" ? (inside ? null : settle.querySelector("[data-default]")) : settle.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (chosen) {
    event.preventDefault();
    chosen.click();
  }
});
