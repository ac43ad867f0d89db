import type * as Canonical from '../../../src/plan/canonical.ts';
import type * as Decide from '../../../src/machines/decide.ts';
import type * as Intent from '../../../src/machines/intent.ts';
import type * as Parse from '../../../src/plan/parse.ts';
import type { World } from '../../../src/reconciler/ports.ts';
import type { Rule, Scene } from './scene.ts';

type Around<F extends (...given: never[]) => unknown> = (real: F, ...given: Parameters<F>) => ReturnType<F>;

/** How a part of Meshlift is made wrong on purpose, around the real one. */
export interface Breakage {
  decide?: Around<typeof Decide.decide>;
  intent?: Around<typeof Intent.intent>;
  port?: (real: World, scene: Scene) => World;
  /** What lands in AWS of a rule that was written. */
  rule?: (written: Rule) => Rule;
}

/** What stands around the real modules while a schedule runs. A test file mocks them with what follows. */
export const seams: { breakage: Breakage; decided: (isTheSame: boolean, where: string) => void } = {
  breakage: {},
  decided: () => {},
};

/** One decision in so many is made twice. */
const TWICE_EVERY = 4;
let decisions = 0;

/** Decides, and now and then once more from copies of everything: the same must come of it (I15). */
export const aroundDecide = (real: typeof Decide): typeof Decide => ({
  ...real,
  decide: (...given) => {
    const { breakage } = seams;
    const decideSo: typeof real.decide = (...these) =>
      breakage.decide === undefined ? real.decide(...these) : breakage.decide(real.decide, ...these);
    decisions += 1;
    if (decisions % TWICE_EVERY !== 0) return decideSo(...given);
    const copies = structuredClone(given);
    const decision = decideSo(...given);
    const again = decideSo(...copies);
    seams.decided(JSON.stringify(decision) === JSON.stringify(again), `a decision in ${given[0].value}`);
    return decision;
  },
});

export const aroundIntent = (real: typeof Intent): typeof Intent => ({
  ...real,
  intent: (...given) => seams.breakage.intent?.(real.intent, ...given) ?? real.intent(...given),
});

/** Manifests, and specs that were read from one, do not change: what is read and written of them is remembered. */
const parsed = new WeakMap<object, Parse.ParsedManifest>();
const written = new WeakMap<object, string>();
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export const aroundParse = (real: typeof Parse): typeof Parse => ({
  ...real,
  parseManifest: (manifest, name) => {
    if (!isObject(manifest)) return real.parseManifest(manifest, name);
    const answer = parsed.get(manifest) ?? real.parseManifest(manifest, name);
    parsed.set(manifest, answer);
    const unchanging = 'plan' in answer ? [manifest, answer.plan.spec] : [manifest];
    for (const one of unchanging) if (!written.has(one)) written.set(one, '');
    return answer;
  },
});

export const aroundCanonical = (real: typeof Canonical): typeof Canonical => ({
  ...real,
  canonicalJson: (value) => {
    if (!isObject(value) || !written.has(value)) return real.canonicalJson(value);
    const text = written.get(value) || real.canonicalJson(value);
    written.set(value, text);
    return text;
  },
});
