import type { Approval } from '../plan/model.ts';
import { isRecord } from '../plan/json.ts';
import type { GivenApproval, GivenPromotion, PlanRequests } from '../reconciler/ports.ts';
import { PlanNotFoundError, RecordMovedError } from './errors.ts';
import { specKey } from './keys.ts';
import { readSpecRecord } from './specItems.ts';
import type { SpecRecord } from './specItems.ts';
import { readStatusRecord } from './statusItems.ts';
import { ABSENT, PRESENT } from './table.ts';
import type { Table, Where } from './table.ts';
import { wake } from './wakeItems.ts';

/** Who asks, when (milliseconds since the epoch) and why. */
export interface Asked {
  by: string;
  at: number;
  why: string;
}

/** A request that loses this many races in a row is given back to the person. */
const RACES_MAX = 5;

/**
 * What a person does to a plan: the user's part of the record. Works with the operator up or down, and never touches the
 * operator's part. What is changed wakes the operators. Every method but `put` throws {@link PlanNotFoundError} for a plan that nobody has submitted; an abort and
 * a deletion are taken for one whose spec item was deleted by hand, too, since there must be a way out of that.
 */
export class PlanRequestWriter {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  read(name: string): Promise<SpecRecord | undefined> {
    return readSpecRecord(this.#table, name);
  }

  /**
   * Creates the plan, or replaces `before`, which was read before. Requests stay as they are unless `clearRequests` says that
   * they belonged to an attempt that is over. Throws {@link RecordMovedError} when the record is no longer `before`.
   */
  async put(
    name: string,
    manifest: Readonly<Record<string, unknown>>,
    before: SpecRecord | undefined,
    clearRequests = false,
  ): Promise<void> {
    const key = specKey(name);
    const hasLanded =
      before === undefined
        ? await this.#table.put(key, { ...manifest, requests: {} }, { pk: ABSENT })
        : await this.#table.update(
            key,
            {
              set: { ...manifest, ...(clearRequests ? { requests: {} } : {}) },
              remove: isRecord(before.manifest)
                ? Object.keys(before.manifest).filter((member) => !(member in manifest))
                : [],
            },
            unmoved(before),
          );
    if (!hasLanded)
      throw new RecordMovedError(`plan "${name}" was changed by someone else meanwhile; nothing was written`);
    await wake(this.#table, name);
  }

  /** Sets `spec.paused`, and nothing else. */
  async setPaused(name: string, paused: boolean): Promise<'changed' | 'unchanged'> {
    const record = await this.#existing(name);
    const spec = isRecord(record.manifest) ? record.manifest['spec'] : undefined;
    if (!isRecord(spec))
      throw new Error(`plan "${name}" has no spec that could be paused; submit it again with: meshlift apply`);
    if ((spec['paused'] ?? false) === paused) return 'unchanged';
    const hasLanded = await this.#table.update(specKey(name), { set: { 'spec.paused': paused } }, { spec: PRESENT });
    if (!hasLanded) throw this.#notFound(name);
    await wake(this.#table, name);
    return 'changed';
  }

  /** Asks for an abort. An abort that was asked for before stands as it is. */
  requestAbort(name: string, asked: Asked): Promise<'changed' | 'unchanged'> {
    return this.#request(
      name,
      (requests) => (requests.abort === undefined ? { ...requests, abort: asked } : undefined),
      'evenWithoutSpec',
    );
  }

  /** Asks the operator to finalise the plan and to remove it. */
  requestDelete(name: string, asked: Omit<Asked, 'why'>): Promise<'changed' | 'unchanged'> {
    const { by, at } = asked;
    return this.#request(
      name,
      (requests) => (requests.delete === undefined ? { ...requests, delete: { by, at } } : undefined),
      'evenWithoutSpec',
    );
  }

  /** Records an approval, in place of an earlier one of the same name. */
  approve(name: string, approval: Approval, given: GivenApproval): Promise<'changed' | 'unchanged'> {
    return this.#request(name, (requests) => ({
      ...requests,
      approvals: { ...requests.approvals, [approval]: given },
    }));
  }

  /** Asks to end the bake, or the soak, that the person saw; in place of what was asked before. */
  promote(name: string, given: GivenPromotion): Promise<'changed' | 'unchanged'> {
    return this.#request(name, (requests) => ({ ...requests, promote: given }));
  }

  /**
   * Asks for a new attempt after the one of this number was rolled back. What was asked for in that attempt, its abort and its
   * approvals, is not asked for in the new one.
   */
  retry(name: string, asked: Asked & { attempt: number }): Promise<'changed' | 'unchanged'> {
    return this.#request(name, ({ retry, delete: deletion }) =>
      retry?.attempt === asked.attempt
        ? undefined
        : { retry: asked, ...(deletion === undefined ? {} : { delete: deletion }) },
    );
  }

  async #request(
    name: string,
    change: (requests: PlanRequests) => PlanRequests | undefined,
    when: 'withSpec' | 'evenWithoutSpec' = 'withSpec',
  ): Promise<'changed' | 'unchanged'> {
    const outcome = await this.#write(name, change, when);
    if (outcome === 'changed') await wake(this.#table, name);
    return outcome;
  }

  /** Changes the requests on what was read; when someone else was faster, reads and decides again. */
  async #write(
    name: string,
    change: (requests: PlanRequests) => PlanRequests | undefined,
    when: 'withSpec' | 'evenWithoutSpec',
  ): Promise<'changed' | 'unchanged'> {
    for (let races = 0; races < RACES_MAX; races += 1) {
      const record = await readSpecRecord(this.#table, name);
      if (record === undefined) {
        const isOrphan = when === 'evenWithoutSpec' && (await readStatusRecord(this.#table, name)) !== undefined;
        if (!isOrphan) throw this.#notFound(name);
        if (await this.#table.put(specKey(name), { requests: change({}) ?? {} }, { pk: ABSENT })) return 'changed';
        continue;
      }
      const requests = change(record.requests);
      if (requests === undefined) return 'unchanged';
      if (await this.#table.update(specKey(name), { set: { requests } }, unmoved(record))) return 'changed';
    }
    throw new RecordMovedError(`plan "${name}" is being changed by others; nothing was written, try again`);
  }

  async #existing(name: string): Promise<SpecRecord> {
    const record = await readSpecRecord(this.#table, name);
    if (record === undefined) throw this.#notFound(name);
    return record;
  }

  #notFound(name: string): PlanNotFoundError {
    return new PlanNotFoundError(`plan "${name}" not found in table "${this.#table.name}"`);
  }
}

/** The record is there and was not written since; one that was put by hand carries no token. */
const unmoved = (record: SpecRecord): Where => ({ pk: PRESENT, writeToken: record.writeToken ?? ABSENT });
