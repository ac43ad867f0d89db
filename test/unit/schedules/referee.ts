import { INVARIANTS, type Invariant } from './invariants.ts';
import { History, type End, type Look, type Tick } from './look.ts';
import type { Caller, Mutation } from './process.ts';

/** What was found of every invariant in one schedule, or in many. */
export class Findings {
  /** How often each invariant was a question. */
  readonly asked = new Map<string, number>(INVARIANTS.map(({ name }) => [name, 0]));
  /** In order; each with its invariant's name. */
  readonly broken: string[] = [];

  note(name: string, finding: ReturnType<NonNullable<Invariant['atEnd']>>, where: string): void {
    if (finding === undefined) return;
    this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
    if (finding !== 'holds') this.broken.push(`${name}: ${finding.broken} (${where})`);
  }

  addTo(all: Findings): void {
    for (const [name, times] of this.asked) all.asked.set(name, (all.asked.get(name) ?? 0) + times);
    all.broken.push(...this.broken);
  }
}

/** Holds every invariant against what happens in one schedule. */
export class Referee {
  readonly findings = new Findings();
  readonly history = new History();

  call(
    before: Look,
    call: Mutation,
    after: Look,
    at: { begin: Look; life: Pick<Caller, 'alarms' | 'dataAgeMs'> },
  ): void {
    for (const { name, atCall } of INVARIANTS) {
      const where = `at ${call.api} ${call.what} in ${before.state}`;
      this.findings.note(name, atCall?.(before, call, after, { ...at, history: this.history }), where);
    }
    this.history.noteCall(call, after);
  }

  tick(tick: Tick): void {
    for (const { name, atTick } of INVARIANTS)
      this.findings.note(name, atTick?.(tick, this.history), `a reconcile that began in ${tick.begin.state}`);
    this.history.noteTick(tick);
  }

  end(end: End): void {
    for (const { name, atEnd } of INVARIANTS) this.findings.note(name, atEnd?.(end), 'at the end');
  }

  decision(isTheSame: boolean, where: string): void {
    this.findings.note('I15', isTheSame ? 'holds' : { broken: 'the decision differs' }, where);
  }
}
