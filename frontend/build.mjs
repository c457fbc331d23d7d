// Bundles app.css, app.js and theme.js, and gathers the icons that are used into one sprite. Usage: build.mjs ICONS OUT
import { readFile, writeFile, copyFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import path from "node:path";
import esbuild from "esbuild";

const [icons, out] = process.argv.slice(2);
await esbuild.build({
  entryPoints: ["frontend/app.css", "frontend/app.js", "frontend/theme.js"],
  outdir: out,
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["es2020", "chrome90", "firefox90", "safari14"],
  loader: { ".svg": "dataurl" },
});

// One sprite: OCHA's icons by the names in icons.json, our own few beside them.
const wanted = JSON.parse(await readFile("frontend/icons.json", "utf8"));
const symbol = (name, svg) => {
  const box = svg.match(/viewBox="([^"]+)"/)[1];
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/ (data-name|id)="[^"]*"/g, "");
  return `<symbol id="${name}" viewBox="${box}">${inner}</symbol>`;
};
const symbols = [];
for (const [name, source] of Object.entries(wanted)) {
  const file = source.endsWith(".svg") ? path.join("frontend", source) : path.join(icons, `${source}.svg`);
  symbols.push(symbol(name, await readFile(file, "utf8")));
}
await writeFile(path.join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
await copyFile("frontend/mark.svg", path.join(out, "mark.svg"));
const css = await readFile(path.join(out, "app.css"));
console.log(`app.css ${Math.round(css.length / 1024)} KB (${Math.round(gzipSync(css).length / 1024)} KB on the wire), ${symbols.length} icons`);
