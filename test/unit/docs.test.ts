import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/assess/catalogue.ts';
import { testCli } from '../../src/cli/testing.ts';
import { MACHINE_STATES } from '../../src/machines/record.ts';
import { planJsonSchema } from '../../src/plan/jsonSchema.ts';
import { parseManifest, parsePlan } from '../../src/plan/parse.ts';
import { fromAttributes, textOf, type Attributes } from '../../src/state/attributes.ts';

const page = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

const PAGES = ['README.md', 'ARCHITECTURE.md', ...(await readdir('docs')).map((name) => `docs/${name}`)];
const EXAMPLES = (await readdir('examples')).map((name) => `examples/${name}`);

/** The fenced blocks of a page in one language. */
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] ?? '');

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  not?: object;
}

/** Every key of a schema by its whole path: `spec.ramp.steps[].bake`. */
function keysOf(
  { properties = {}, additionalProperties, items, anyOf = [] }: Schema,
  path: string,
): { path: string; schema: Schema }[] {
  const named = Object.entries(properties).flatMap(([key, schema]) => {
    const whole = path === '' ? key : `${path}.${key}`;
    return [{ path: whole, schema }, ...keysOf(schema, whole)];
  });
  const free =
    typeof additionalProperties === 'object'
      ? { path: `${path}.<${path.endsWith('.services') ? 'service' : 'name'}>`, schema: additionalProperties }
      : undefined;
  return [
    ...named,
    ...(free === undefined ? [] : [free, ...keysOf(free.schema, free.path)]),
    ...(items === undefined ? [] : keysOf(items, `${path}[]`)),
    ...anyOf.flatMap((form) => keysOf(form, path)),
  ];
}

const pathOf = (row: RegExpExecArray): string => row[1] ?? '';
const isNotYet = (row: RegExpExecArray): boolean => /^ *\| *\| \*\*not yet\*\*/.test(row[2] ?? '');

describe('docs/plan.md', () => {
  test('has a row for every key of the schema, says which are not yet, and has none that is not a key', async () => {
    const rows = [
      ...(await page('docs/plan.md')).matchAll(/^\| `((?:spec|metadata|apiVersion|kind)[^`]*)` +\|(.*)$/gm),
    ];
    const keys = keysOf(planJsonSchema(), '');
    expect(rows.map(pathOf).toSorted()).toEqual(keys.map((key) => key.path).toSorted());
    const notYet = rows.filter(isNotYet).map(pathOf);
    expect(notYet.toSorted()).toEqual(
      keys
        .filter((key) => key.schema.not !== undefined)
        .map((key) => key.path)
        .toSorted(),
    );
  });
});

describe('examples', () => {
  test.each(EXAMPLES)('%s is a plan', async (path) => {
    expect(parsePlan(await page(path))).toHaveProperty('plan');
  });

  test.each(PAGES)('every plan in %s is a plan, as a file and as an item', async (path) => {
    const text = await page(path);
    for (const yaml of blocks(text, 'yaml')) expect(parsePlan(yaml), yaml).toHaveProperty('plan');
    for (const [, json = ''] of text.matchAll(/put-item [^']*'[^']*' --item '([^']*)'/g)) {
      const { pk, sk, ...manifest } = fromAttributes(JSON.parse(json) as Attributes);
      expect(sk).toBe('spec');
      expect(parseManifest(manifest, textOf(pk).replace('plan#', '')), json).toHaveProperty('plan');
    }
  });

  test('there are some', async () => {
    const texts = await Promise.all(['README.md', 'docs/plan.md'].map(page));
    for (const text of texts) {
      expect(blocks(text, 'yaml').length).toBeGreaterThan(0);
      expect(text).toContain('aws dynamodb put-item');
    }
    expect(EXAMPLES).toContain('examples/shop.yaml');
  });
});

describe('docs/cli.md', () => {
  const cli = testCli({ endpointUrl: 'http://127.0.0.1:9' });
  const help = async (line: string) => (await cli.run(line)).out;

  test('has every verb with every option, and no other', async () => {
    const text = await page('docs/cli.md');
    const verbs = [...(await help('--help')).matchAll(/^ {2}([a-z]+) {2,}/gm)]
      .map((match) => match[1] ?? '')
      .filter((verb) => verb !== 'help');
    expect(verbs.length).toBeGreaterThan(10);
    const sections = new Map(text.split(/^### /m).map((section) => [/^`([a-z]+)`/.exec(section)?.[1], section]));
    sections.delete(undefined);
    expect([...sections.keys()]).toEqual(verbs);
    const shared = text.slice(0, text.indexOf('## Verbs'));
    for (const verb of verbs) {
      const options = [...(await help(`${verb} --help`)).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
        (match) => match[1] ?? '',
      );
      for (const option of options.filter((name) => name !== '--help')) {
        const where = `${sections.get(verb) ?? ''}\n${shared}`;
        expect(where, `${verb} ${option}`).toMatch(new RegExp(`${option}(?![a-z-])`));
      }
    }
  });

  test('the README has every verb', async () => {
    const text = await page('README.md');
    for (const [, verb] of (await help('--help')).matchAll(/^ {2}([a-z]+) {2,}/gm)) {
      if (verb !== 'help') expect(text).toContain(`\`meshlift ${verb}`);
    }
  });
});

describe.each([
  { path: 'docs/guarantees.md', underLoadMin: 21 },
  { path: 'docs/security.md', underLoadMin: 0 },
])('$path', ({ path: promises, underLoadMin }) => {
  test('every test that it names exists', async () => {
    const text = await page(promises);
    const promised = [...text.matchAll(/^- `([^`]+\.ts)`: "(.+)"$/gm)];
    const underLoad = [...text.matchAll(/^\|.+\| `([^`]+\.ts)`: "(.+)" \|$/gm)];
    expect(promised.length).toBeGreaterThan(30);
    expect(underLoad.length).toBeGreaterThanOrEqual(underLoadMin);
    const all = [...promised, ...underLoad];
    const missing: string[] = [];
    for (const [, path = '', title = ''] of all) {
      // In a string: words of a comment are no test. Rows of AWS behaviour may stand before it.
      const named = new RegExp(`['"\`][^'"\`\\n]*${title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`);
      if (!named.test(await page(path))) missing.push(`${path}: ${title}`);
    }
    expect(missing).toEqual([]);
  });
});

describe('docs/runbook.md', () => {
  test('has every state of the machine with a heading, and every reason of an event', async () => {
    const text = await page('docs/runbook.md');
    const record = await page('src/machines/record.ts');
    const wordsOf = (type: string): string[] => {
      const union = new RegExp(`export type ${type} =\\n([^;]*);`).exec(record)?.[1] ?? '';
      return [...union.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '');
    };
    expect([...text.matchAll(/^### `([^`]+)`$/gm)].map((match) => match[1])).toEqual(MACHINE_STATES);
    const events = text.slice(text.indexOf('## Events'), text.indexOf('## No operator runs'));
    const told = new Set([...events.matchAll(/`([A-Z][A-Za-z]+)`/g)].map((match) => match[1]));
    expect(wordsOf('EventReason').filter((reason) => !told.has(reason))).toEqual([]);
    const named = new Set(
      [...text.matchAll(/^\| (`[A-Z][^|]*) \|/gm)].flatMap((match) => match[1]?.match(/[A-Z]\w+/g) ?? []),
    );
    expect(wordsOf('ConditionType').filter((condition) => !named.has(condition))).toEqual([]);
  });

  test('has every reason for which a plan does not begin', async () => {
    const text = await page('docs/runbook.md');
    const reasons = text.slice(text.indexOf('### Why a plan does not begin'), text.indexOf('## Events'));
    const told = new Set([...reasons.matchAll(/`([A-Z][A-Za-z]+)`/g)].map((match) => match[1]));
    const files = (await readdir('src/assess', { recursive: true }))
      .filter((name) => /(?:refusals|decisions|ruleOwners)\.ts$/.test(name))
      .map((name) => `src/assess/${name}`);
    const sources = await Promise.all(
      [...files, 'src/reconciler/acceptance.ts', 'src/reconciler/claims.ts'].map((path) => page(path)),
    );
    const refused = sources.flatMap((source) =>
      [...source.matchAll(/'((?:[A-Z][a-z]+){2,})'/g)].map((match) => match[1] ?? ''),
    );
    expect(refused.length).toBeGreaterThan(25);
    expect(refused.filter((reason) => !told.has(reason))).toEqual([]);
  });

  test('has every guard that a state may wait for, and every gate', async () => {
    const text = await page('docs/runbook.md');
    const waits = text.slice(text.indexOf('## What it waits for'), text.indexOf('## Conditions'));
    const told = new Set(
      [...waits.matchAll(/^\| (`[^|]*) \|/gm)].flatMap((match) =>
        [...(match[1] ?? '').matchAll(/`([^`]+)`/g)].map((name) => name[1]?.replace(/<.*>$/, '')),
      ),
    );
    const guards = await page('src/machines/guards.ts');
    const observers = (await readdir('src/reconciler/observe', { recursive: true })).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const sources = await Promise.all(observers.map((name) => page(`src/reconciler/observe/${name}`)));
    const names = [guards, ...sources].flatMap((source) => [
      ...source.matchAll(/name: ['`]([A-Za-z]+(?:\/[A-Za-z]*)*)/g),
      ...source.matchAll(/timeOf\('([a-z]+)'/g),
    ]);
    expect(names.length).toBeGreaterThan(25);
    expect(names.map((match) => match[1] ?? '').filter((name) => !told.has(name) && name !== 'observe/estate')).toEqual(
      [],
    );
  });
});

describe('docs/mesh-mapping.md', () => {
  test('its catalogue is the code’s, with severity and fidelity', async () => {
    const rows = [
      ...(await page('docs/mesh-mapping.md')).matchAll(
        /^\| `([A-Z0-9_]+)` +\| ([a-z-]+) +\| (exact|approximate|lost) +\|/gm,
      ),
    ];
    const written = rows.map(([, code, severity, fidelity]) => `${code} ${severity} ${fidelity}`);
    const known = Object.entries(CATALOGUE).map(([code, { severity, fidelity }]) => `${code} ${severity} ${fidelity}`);
    expect(written.toSorted()).toEqual(known.toSorted());
  });
});

describe('docs/aws-behaviour.md', () => {
  test('has a row for everything that is named as a row', async () => {
    const rows = new Set(
      [...(await page('docs/aws-behaviour.md')).matchAll(/^\| ([A-Z]\d{1,2}) +\|/gm)].map((match) => match[1]),
    );
    const folders = ['src', 'lab', 'test'];
    const files = (
      await Promise.all(
        folders.map(async (folder) => (await readdir(folder, { recursive: true })).map((name) => `${folder}/${name}`)),
      )
    ).flat();
    const named = await Promise.all(
      files
        .filter((name) => name.endsWith('.ts'))
        .map(async (name) => {
          const text = await page(name);
          const titles = [
            ...text.matchAll(/(?:test|describe)(?:\.each\([^)]*\))?\(\s*['"`]([A-Z]\d{1,2}(?:, [A-Z]\d{1,2})*): /g),
          ];
          const notes = [...text.matchAll(/\brows? ((?:[A-Z]\d{1,2}(?:, | and | to )?)+)/gi)];
          return [...titles, ...notes]
            .flatMap((match) => match[1]?.match(/[A-Z]\d{1,2}/g) ?? [])
            .map((row) => ({ name, row }));
        }),
    );
    // Titles that begin with I are the referee's invariants.
    const unknown = named.flat().filter(({ row }) => !row.startsWith('I') && !rows.has(row));
    expect(unknown).toEqual([]);
  });
});

describe('pages', () => {
  test.each([...PAGES, ...EXAMPLES])('%s leads only to what is there', async (path) => {
    const text = await page(path);
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [file, heading] = target.split('#');
      const whole = file === '' ? path : new URL(file ?? '', `file:///${path}`).pathname.slice(1);
      const linked = await page(whole);
      if (heading === undefined) continue;
      const headings = [...linked.matchAll(/^#+ (.+)$/gm)].map((match) =>
        (match[1] ?? '')
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'),
      );
      expect(headings, `${path} → ${target}`).toContain(heading);
    }
  });
});
