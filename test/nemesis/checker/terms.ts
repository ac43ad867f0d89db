import type { EntryOf } from '../history.ts';
import type { Violation } from './violation.ts';

/** A stretch of a plan's record with one epoch and one holder; `holder` is empty where the lease was given back. */
export interface Term {
  holder: string;
  epoch: number;
  /** When the write that began it was sent, and when it had landed for certain: it came into force in between. */
  sentMs: number;
  landedMs: number;
  /** Since the last write of a holder that had not given the lease back; `undefined` where nobody had it. */
  tookOverAfterMs: number | undefined;
}

/** By plan: its terms, in order. */
export type Terms = ReadonlyMap<string, readonly Term[]>;

/** Who held each plan, and when, as its record says; and where a record went back. */
export function termsOf(records: readonly EntryOf<'record'>[]): { terms: Terms; violations: Violation[] } {
  const terms = new Map<string, Term[]>();
  const versions = new Map<string, number>();
  /** When each record was written last. */
  const writtenMs = new Map<string, number>();
  const violations: Violation[] = [];
  for (const { plan, by, at, ms, hasLanded, write } of records) {
    if (!hasLanded) continue;
    const { holder, epoch, version } = write;
    const ofPlan = terms.get(plan) ?? [];
    terms.set(plan, ofPlan);
    const last = ofPlan.at(-1);
    const fell = (what: string) => violations.push({ rule: 'recordFell', plan, what: `${by}: ${what}` });
    const before = versions.get(plan);
    if (before !== undefined && version <= before) fell(`version ${version} was written over ${before}`);
    versions.set(plan, version);
    const heardMs = writtenMs.get(plan) ?? at;
    writtenMs.set(plan, at + ms);
    if (last?.epoch === epoch && last.holder === holder) continue;
    if (last !== undefined && epoch < last.epoch) fell(`epoch ${epoch} was written over ${last.epoch}`);
    if (last?.epoch === epoch && holder !== '') fell(`epoch ${epoch} of ${last.holder || 'nobody'} is ${holder}’s too`);
    const isTakeOver = last !== undefined && last.holder !== '' && holder !== '' && last.holder !== holder;
    const tookOverAfterMs = isTakeOver ? at + ms - heardMs : undefined;
    ofPlan.push({ holder, epoch, sentMs: at, landedMs: at + ms, tookOverAfterMs });
  }
  return { terms, violations };
}

/** Who may have held the plan while a call was on its way in, from `fromMs` to `toMs`: a write under way may have landed before or after it. */
export function holdersDuring(terms: readonly Term[], fromMs: number, toMs: number): string[] {
  return terms
    .filter((term, index) => {
      const next = terms[index + 1];
      return term.sentMs <= toMs && (next === undefined || next.landedMs >= fromMs);
    })
    .map(({ holder }) => holder);
}
