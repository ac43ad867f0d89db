import { test } from 'vitest';

/** What DynamoDB does and a table that stands in for it may not. */
export type Trait = 'paths' | 'wholeMaps' | 'itemLimit' | 'utf8' | 'timeToLive';

/** A table that the contract runs on, and where it is not DynamoDB, each in a sentence. */
export interface TableTraits {
  name: string;
  /** What the contract does for it, and why. */
  care?: string;
  lacks: Partial<Record<Trait, string>>;
}

/** The tables that stand in for DynamoDB; `docs/state.md` has them side by side. */
export const TRAITS = {
  dynalite: {
    name: 'dynalite',
    lacks: {
      utf8: 'dynalite counts characters, so that text beyond ASCII may take more than 400 KB',
      wholeMaps: 'dynalite finds no map equal to another; Meshlift compares none',
      timeToLive: 'dynalite has no time to live: what has outlived it stays',
    },
  },
  memory: {
    name: 'in memory',
    lacks: { timeToLive: 'a table in memory keeps what has outlived its time to live' },
  },
  moto: {
    name: 'moto',
    care: 'it is asked one request at a time: it looks and writes in two steps, so that of two writes at once under one condition both may land',
    lacks: { paths: 'moto accepts a path through what is no map, and writes nothing' },
  },
} as const satisfies Record<string, TableTraits>;

/**
 * A test of one trait. Where the table lacks it the title says so, and the test must fail: on the day when it passes, the word about the
 * table is no longer true.
 */
export function testOf(traits: TableTraits, trait: Trait, title: string, run: () => Promise<void>): void {
  const lack = traits.lacks[trait];
  if (lack === undefined) test(title, run);
  else test.fails(`${title} (not so: ${lack})`, run);
}
