import type { MachineState, PlanStatus } from '../../../src/machines/record.ts';
import type { PlanRequests } from '../../../src/reconciler/ports.ts';
import { planPk, statusKey } from '../../../src/state/keys.ts';
import { MemoryItems, MemoryTable } from '../../../src/state/memoryTable.ts';
import { PlanRequestWriter } from '../../../src/state/planRequests.ts';
import type { Table } from '../../../src/state/table.ts';
import { manifestOf, PLAN, type PlanKind } from '../schedules/shop.ts';
import type { Conductor } from './conductor.ts';

/** How long a request to the table may be on its way, each way. */
const TABLE_MS_MAX = 8_000;

export const PLAN_KIND: PlanKind = { onDrift: 'pause', below: 'hold', approvals: [], cutover: 'none' };

/** Its soak outlasts the signature of whatever was sent while weights moved. */
const MANIFEST = withSoak(manifestOf(PLAN_KIND, false), '10m');

function withSoak(manifest: Record<string, unknown>, soak: string): Record<string, unknown> {
  const { spec } = manifest as { spec: { retire: object } };
  return { ...manifest, spec: { ...spec, retire: { ...spec.retire, soak } } };
}

/** Who holds the plan by the table, and in which write. */
export interface Held {
  holder: string;
  epoch: number;
  version: number;
}

const NOBODY: Held = { holder: '', epoch: 0, version: 0 };

/** What a table holds of an item is never changed, but replaced. */
function copyOf({ partitions }: MemoryItems): MemoryItems {
  const copy = new MemoryItems();
  for (const [pk, partition] of partitions) copy.partitions.set(pk, new Map(partition));
  return copy;
}

/** The plan's record, as it is: looked at from outside, at any moment. */
export class SharedRecord {
  readonly items: MemoryItems;
  readonly person: PlanRequestWriter;
  readonly isPaused = false;
  requests: PlanRequests = {};
  status: PlanStatus | undefined;
  held: Held;
  /** What was written that should not have landed. */
  readonly broken: string[] = [];
  /** Told of each state of the machine as it lands. */
  onState: (state: MachineState) => void = () => {};

  /** A record of its own, or one that goes on from another as it was. */
  constructor(from?: SharedRecord) {
    this.items = copyOf(from?.items ?? new MemoryItems());
    this.status = from?.status;
    this.held = from?.held ?? NOBODY;
    this.person = new PlanRequestWriter(this.#table('person'));
  }

  async submit(): Promise<void> {
    await this.person.put(PLAN, MANIFEST, undefined);
    for (const what of ['iac', 'beforeRetire'] as const)
      await this.person.approve(PLAN, what, { by: 'ann', at: 0, why: 'a drill', recordVersion: 0 });
  }

  async abort(at: number): Promise<void> {
    await this.person.requestAbort(PLAN, { by: 'ann', at, why: 'a drill' });
    this.requests = { abort: { by: 'ann', at, why: 'a drill' } };
  }

  /** Whoever held the plan has gone, and gave it back. */
  giveBack(): void {
    const partition = this.items.partitions.get(planPk(PLAN));
    const { sk } = statusKey(PLAN);
    const entry = partition?.get(sk);
    if (partition === undefined || entry === undefined) throw new Error('there is no record yet');
    partition.set(sk, { ...entry, item: { ...entry.item, holder: '' } });
    this.held = { ...this.held, holder: '' };
  }

  /** The table as one process reaches it: each request is on its way for a while, and so is its answer. */
  tableOf(who: string, conductor: Conductor): Table {
    const inner = this.#table(who);
    const onItsWay = async <T>(effect: () => Promise<T>): Promise<T> => {
      await conductor.turn(who);
      await conductor.flight(who, TABLE_MS_MAX);
      const answer = await effect();
      this.#look(who);
      await conductor.turn(who);
      return answer;
    };
    return {
      name: inner.name,
      newToken: () => inner.newToken(),
      get: (key) => onItsWay(() => inner.get(key)),
      query: (pk, prefix, options) => inner.query(pk, prefix, options),
      partitionsWith: (sk) => inner.partitionsWith(sk),
      put: (key, attributes, where) => onItsWay(() => inner.put(key, attributes, where)),
      // Events and parts of an estate: nobody decides by them.
      putAgain: (key, attributes) => inner.putAgain(key, attributes),
      update: (key, change, where) => onItsWay(() => inner.update(key, change, where)),
      removeAttribute: (key, name, where) => onItsWay(() => inner.removeAttribute(key, name, where)),
      delete: (key, where) => onItsWay(() => inner.delete(key, where)),
    };
  }

  #table(who: string): MemoryTable {
    let tokens = 0;
    return new MemoryTable({ items: this.items, newToken: () => `${who}-${(tokens += 1)}` });
  }

  /** I12: a record's epoch never falls, and each write that lands is one more. */
  #look(who: string): void {
    const item = this.items.partitions.get(planPk(PLAN))?.get(statusKey(PLAN).sk)?.item;
    if (item === undefined || item['version'] === this.held.version) return;
    const before = this.held;
    const { holder, epoch, version } = item;
    this.held = { holder: typeof holder === 'string' ? holder : '', epoch: Number(epoch), version: Number(version) };
    if (this.held.epoch < before.epoch)
      this.broken.push(`I12: ${who} put the epoch back from ${before.epoch} to ${this.held.epoch}`);
    if (this.held.version !== before.version + 1)
      this.broken.push(`I12: ${who} wrote version ${this.held.version} over ${before.version}`);
    const was = this.status?.machine.value;
    this.status = item['status'] as unknown as PlanStatus;
    const is = this.status.machine.value;
    if (is !== was) this.onState(is);
  }
}
