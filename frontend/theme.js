// Before the first paint: what the person chose, otherwise what the device says.
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const show = () => {
  root.dataset.bsTheme = root.dataset.chosen || (dark.matches ? "dark" : "light");
};
show();
dark.addEventListener("change", show);
