// Usage: node bundle.mjs FOLDER
// Does what a front end's bundler does with the scripts in FOLDER, which Relay's compiler has seen: each `graphql` becomes
// an import of what the compiler wrote for it.

import { readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { transformFileSync } from "@babel/core";
import relay from "babel-plugin-relay";

const [folder] = process.argv.slice(2);
const plugins = [[relay, { eagerEsModules: true }]];
for (const name of readdirSync(folder, { recursive: true }).filter((each) => each.endsWith(".js"))) {
  const path = resolve(folder, name);
  const { code } = transformFileSync(path, { plugins, babelrc: false, configFile: false });
  // Bundlers find `x.graphql` in x.graphql.js; Node wants the whole name.
  writeFileSync(path, code.replaceAll(/(from ["']\.[^"']+\.graphql)(["'])/g, "$1.js$2"));
}
