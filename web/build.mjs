/**
 * Builds what the server hands out: bot/channels/static. `npm run build`, or `node build.mjs FOLDER` to build elsewhere.
 *
 * widget.js  the launcher, one classic script, no imports
 * chat.js, chat.css  the chat, loaded by /chat when the panel is first opened
 * site.css, icon.svg  the demo page
 * build.json  digests of the sources and of each built file, so that a test can tell whether they belong together
 */

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, '../bot/channels/static');
const OURS = ['widget.js', 'chat.js', 'chat.css', 'site.css', 'icon.svg', 'index.html', 'privacy.html', 'chat.html', 'build.json'];

const shared = {
  root: here,
  configFile: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};
const output = { outDir: target, emptyOutDir: false, target: ['es2021', 'chrome105', 'firefox115', 'safari15.4'], modulePreload: false };

for (const name of OURS) rmSync(join(target, name), { force: true });
mkdirSync(target, { recursive: true });
await build({
  ...shared,
  build: {
    ...output,
    lib: { entry: join(here, 'src/launcher/main.ts'), formats: ['iife'], name: 'rootlineLauncher', fileName: () => 'widget.js' },
  },
});
await build({
  ...shared,
  build: {
    ...output,
    cssCodeSplit: false,
    rollupOptions: {
      input: join(here, 'src/chat/main.tsx'),
      output: { entryFileNames: 'chat.js', assetFileNames: asset => (asset.names?.[0]?.endsWith('.css') ? 'chat.css' : '[name][extname]'), format: 'es' },
    },
  },
});
cpSync(join(here, 'src/site'), target, { recursive: true });

const sha = data => createHash('sha256').update(data).digest('hex');
const files = folder => readdirSync(folder).flatMap(name => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
const sources = [...files(join(here, 'src')), ...['build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'].map(name => join(here, name))]
  .map(path => relative(here, path).split('\\').join('/'))
  .sort();
const digest = sha(sources.map(name => `${name}\n${sha(readFileSync(join(here, name)))}\n`).join(''));
const built = Object.fromEntries(OURS.filter(name => name !== 'build.json' && existsSync(join(target, name))).map(name => [name, sha(readFileSync(join(target, name)))]));
writeFileSync(join(target, 'build.json'), `${JSON.stringify({ sources: digest, files: built }, null, 2)}\n`);
for (const name of Object.keys(built)) console.log(`${name.padEnd(14)} ${statSync(join(target, name)).size} bytes`);
