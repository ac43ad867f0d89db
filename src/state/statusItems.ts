import type { PlanStatus } from '../machines/record.ts';
import { completed, type StoredSpec } from '../plan/stored.ts';
import type { StatusItem } from '../reconciler/ports.ts';
import type { Value } from './attributes.ts';
import { RecordUnreadableError } from './errors.ts';
import { outboxOf } from './eventItems.ts';
import type { Outbox } from './eventItems.ts';
import { statusKey } from './keys.ts';
import { noticesOf } from './noticeItems.ts';
import type { Table } from './table.ts';

/** The status item with the outbox of its last write. */
export interface StatusRecord extends StatusItem {
  outbox: Outbox;
}

/** As an operator of any version wrote it. */
type StoredStatus = Omit<PlanStatus, 'spec'> & { spec: StoredSpec | null };

/** The lease, the version and the write token stand beside the status, where conditions can name them. */
export async function readStatusRecord(table: Table, plan: string): Promise<StatusRecord | undefined> {
  const item = await table.get(statusKey(plan));
  if (item === undefined) return undefined;
  const { status, version, holder, epoch, leaseMs, renewals } = item;
  if (!isStatus(status) || typeof holder !== 'string' || ![version, epoch, leaseMs, renewals].every(isCount)) {
    throw new RecordUnreadableError(
      `the status item of plan "${plan}" in table "${table.name}" is not one that Meshlift wrote; nothing was changed. ` +
        `Look at the item plan#${plan} / status and restore it`,
    );
  }
  const stored: StoredStatus = status;
  return {
    status: { ...stored, spec: stored.spec === null ? null : completed(stored.spec) },
    version: Number(version),
    lease: { holder, epoch: Number(epoch), leaseMs: Number(leaseMs), renewals: Number(renewals) },
    outbox: outboxOf(item['outbox']),
    notices: noticesOf(item),
  };
}

const isCount = (value: Value | undefined): boolean => typeof value === 'number' && value >= 0;

/** Enough to tell a status from anything else; what the machine makes of an older one is the machine's own migration. */
function isStatus(value: unknown): value is StoredStatus {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'uid' in value &&
    typeof value.uid === 'string' &&
    'machine' in value &&
    typeof value.machine === 'object' &&
    'spec' in value &&
    typeof value.spec === 'object' &&
    'conditions' in value &&
    Array.isArray(value.conditions)
  );
}
