import { readFile } from 'node:fs/promises';
import type { BuildOptions, Plugin } from 'esbuild';

/**
 * Writes the keys of the SDK's schemas out. They are computed from constants (`[_xN]: …`), which the bundler takes for something that
 * may have an effect, so that it would keep every schema of a package of which one is used: of EC2's a megabyte.
 */
const plainSchemaKeys: Plugin = {
  name: 'plain schema keys',
  setup(bundle) {
    bundle.onLoad({ filter: /client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const constants = new Map(
        Array.from(source.matchAll(/^const (_\w+) = "(\w+)";$/gm), ([, name, value]) => [name, value]),
      );
      const contents = source.replaceAll(/\[(_\w+)\]:/g, (key, name: string) =>
        constants.has(name) ? `${constants.get(name)}:` : key,
      );
      return { contents, loader: 'js' };
    });
  },
};

/** Zod's words in every language but English, which nobody asks for, are a tenth of what an operator loads. */
const englishOnly: Plugin = {
  name: 'English only',
  setup(bundle) {
    bundle.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
      loader: 'js',
    }));
  },
};

/** How every program of Meshlift is bundled. */
export const bundleOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // The SDK's packages in their ESM form: only what is used of them is carried, and lazy imports keep their named exports.
  mainFields: ['module', 'main'],
  format: 'esm',
  // What a process keeps in memory of its own text. Names stay, so that a stack can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  // Packages in CommonJS ask for `require`; dynalite's store is a native module and stays outside.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  external: ['dynalite', 'classic-level'],
  plugins: [plainSchemaKeys, englishOnly],
} satisfies BuildOptions;
