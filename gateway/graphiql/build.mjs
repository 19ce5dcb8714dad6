// Bundles the page into ../edge/graphiql: every file under a name that holds a hash of its content.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = resolve(here, "../edge/graphiql");

const WORKERS = {
  editor: "monaco-editor/esm/vs/editor/editor.worker.js",
  graphql: "monaco-graphql/esm/graphql.worker.js",
  json: "monaco-editor/esm/vs/language/json/json.worker.js",
};

const COMMON = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "linked",
  target: ["chrome120", "firefox121", "safari17"],
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
};

// The names that esbuild gave to what it made of each entry point.
function named(metafile, suffix) {
  const made = Object.entries(metafile.outputs).filter(
    ([file, output]) => output.entryPoint && file.endsWith(suffix),
  );
  return made.map(([file]) => basename(file));
}

function only(names, start) {
  const found = names.filter((name) => name.startsWith(start));
  if (found.length !== 1) throw new Error(`${found.length} files begin with ${start}`);
  return found[0];
}

async function buildWorkers() {
  const { metafile } = await build({ ...COMMON, entryPoints: WORKERS, format: "iife" });
  const names = named(metafile, ".js");
  return Object.fromEntries(
    Object.keys(WORKERS).map((label) => [label, only(names, `${label}-`)]),
  );
}

async function buildPage(workers) {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: { graphiql: "src/main.jsx", icon: "src/icon.svg" },
    format: "esm",
    splitting: true,
    jsx: "automatic",
    loader: { ".svg": "copy", ".ttf": "file" },
    define: { ...COMMON.define, WORKERS: JSON.stringify(workers) },
  });
  return Object.keys(metafile.outputs).map((file) => basename(file));
}

async function compress() {
  for (const name of await readdir(out)) {
    if (name.endsWith(".txt")) continue;
    const content = await readFile(join(out, name));
    await writeFile(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const names = await buildPage(await buildWorkers());
await compress();

const page = await readFile(join(here, "src/page.html"), "utf8");
const places = {
  SCRIPT: only(names.filter((name) => name.endsWith(".js")), "graphiql-"),
  STYLE: only(names.filter((name) => name.endsWith(".css")), "graphiql-"),
  ICON: only(names, "icon-"),
};
// Last: whoever finds the page finds everything it names.
await writeFile(
  join(out, "index.html"),
  page.replace(/%(\w+)%/g, (_, place) => `graphiql/${places[place]}`),
);
