import { migrated, UnknownMachineVersionError } from '../machines/recordMigrations.ts';
import { MACHINE_VERSION, type PlanStatus, type StoredMachine } from '../machines/record.ts';
import { completed, type StoredSpec } from '../plan/stored.ts';
import { RecordVersionError, type StatusItem } from '../reconciler/ports.ts';
import type { Value } from './attributes.ts';
import { RecordUnreadableError } from './errors.ts';
import { outboxOf } from './eventItems.ts';
import type { Outbox } from './eventItems.ts';
import { estateKey, statusKey } from './keys.ts';
import { noticesOf } from './noticeItems.ts';
import { isCondition, isMachine, isTime, isTimeOrNull, reportOf, wrongInMachine } from './statusShape.ts';
import type { Item, Table } from './table.ts';

/** The status item with the outbox of its last write. */
export interface StatusRecord extends StatusItem {
  outbox: Outbox;
}

/** As an operator of any version wrote it. */
type StoredStatus = Omit<PlanStatus, 'spec'> & { spec: StoredSpec | null };

/**
 * The lease, the version and the write token stand beside the status, where conditions can name them.
 *
 * @throws RecordUnreadableError where it is not one that Meshlift wrote, or has gone though its plan was begun; RecordVersionError
 */
export async function readStatusRecord(table: Table, plan: string): Promise<StatusRecord | undefined> {
  const item = (await table.get(statusKey(plan))) ?? (await unlessBegun(table, plan));
  if (item === undefined) return undefined;
  const { status, version, holder, epoch, leaseMs, renewals } = item;
  const unreadable = (why: string): never => {
    throw new RecordUnreadableError(
      `the status item of plan "${plan}" in table "${table.name}" is not one that Meshlift wrote${why}; nothing was changed. ` +
        `Look at the item plan#${plan} / status and restore it`,
    );
  };
  if (!isStatus(status) || typeof holder !== 'string' || ![version, epoch, leaseMs, renewals].every(isCount)) {
    return unreadable('');
  }
  const stored: StoredStatus = status;
  // Whoever reads it knows today's states alone.
  const machine = machineOf(plan, stored.machine);
  const wrong = wrongInMachine(machine);
  if (wrong !== undefined) return unreadable(` (${wrong})`);
  return {
    status: {
      ...stored,
      machine,
      conditions: stored.conditions.filter(isCondition),
      report: reportOf(stored.report),
      spec: stored.spec === null ? null : completed(stored.spec),
    },
    version: Number(version),
    lease: { holder, epoch: Number(epoch), leaseMs: Number(leaseMs), renewals: Number(renewals) },
    outbox: outboxOf(item['outbox']),
    notices: noticesOf(item),
  };
}

/**
 * That there is no status, of a plan that has not begun: an estate is recorded after the status, and removed before it. Begun anew, a plan would
 * take green for what it found, and would not know what to give back.
 */
async function unlessBegun(table: Table, plan: string): Promise<Item | undefined> {
  if ((await table.get(estateKey(plan))) === undefined) return undefined;
  // Between the two looks another operator may have begun it.
  const item = await table.get(statusKey(plan));
  if (item !== undefined) return item;
  throw new RecordUnreadableError(
    `plan "${plan}" has an estate on record in table "${table.name}" and no status: somebody deleted the item plan#${plan} / status. ` +
      'Nothing was done, and the plan is not begun anew, since what it has changed is not known. Restore the item from a backup (point-in-time recovery); or ' +
      `put back by hand what the plan did (its rules, and what is tagged with its name) and delete the items plan#${plan} / estate…`,
  );
}

/** @throws RecordVersionError where this version cannot run it. */
function machineOf(plan: string, stored: StoredMachine): StoredMachine {
  try {
    return migrated(stored);
  } catch (error) {
    if (!(error instanceof UnknownMachineVersionError)) throw error;
    const { machineVersion } = stored;
    const words =
      machineVersion > MACHINE_VERSION
        ? `plan "${plan}" is run by a newer version of Meshlift: its record is of machine version ${machineVersion}, this version knows ` +
          `up to ${MACHINE_VERSION}. Nothing was changed. Use a Meshlift of that version for it`
        : `plan "${plan}": ${error.message}`;
    throw new RecordVersionError(plan, words, { cause: error });
  }
}

const isCount = (value: Value | undefined): boolean => typeof value === 'number' && value >= 0;

/** Enough to tell a status from anything else; what the machine makes of an older one is the machine's own migration. */
function isStatus(value: unknown): value is StoredStatus {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'uid' in value &&
    typeof value.uid === 'string' &&
    'createdAt' in value &&
    isTime(value.createdAt) &&
    'nextCheckAt' in value &&
    isTimeOrNull(value.nextCheckAt) &&
    'observedSpecHash' in value &&
    typeof value.observedSpecHash === 'string' &&
    'machine' in value &&
    isMachine(value.machine) &&
    'spec' in value &&
    typeof value.spec === 'object' &&
    'conditions' in value &&
    Array.isArray(value.conditions)
  );
}
