import type { PlanEvent } from '../machines/record.ts';
import { isRecord } from '../plan/json.ts';
import { shownUrl } from '../plan/notify.ts';
import { RecordVersionError, type PlanStore, type SpecItem, type StatusItem } from '../reconciler/ports.ts';
import { RecordUnreadableError } from '../state/errors.ts';

/** A plan as the screens show it: both parts of the record, and the time. One of the parts is there. */
export interface PlanView {
  name: string;
  spec: SpecItem | undefined;
  status: StatusItem | undefined;
  /** By the clock of the records, milliseconds since the epoch. */
  now: number;
}

/** What the screens and verbs read. */
export type PlanReader = Pick<
  PlanStore,
  'listPlans' | 'readSpec' | 'readStatus' | 'readEstate' | 'events' | 'heldByOthers'
>;

export async function readPlan(reader: PlanReader, name: string, now: number): Promise<PlanView | undefined> {
  const [spec, status] = await Promise.all([reader.readSpec(name), reader.readStatus(name)]);
  return spec === undefined && status === undefined ? undefined : { name, spec, status, now };
}

/** Plans are read a few at a time. */
const READS_AT_ONCE = 8;

/** Every plan. One whose record is none, or a newer Meshlift's, is named in `unreadable`, and hides no other. */
export async function readPlans(reader: PlanReader, now: number): Promise<{ views: PlanView[]; unreadable: Error[] }> {
  const names = await reader.listPlans();
  const views: PlanView[] = [];
  const unreadable: Error[] = [];
  const read = async (name: string): Promise<PlanView | undefined> => {
    try {
      return await readPlan(reader, name, now);
    } catch (error) {
      if (!(error instanceof RecordUnreadableError || error instanceof RecordVersionError)) throw error;
      unreadable.push(error);
      return undefined;
    }
  };
  for (let index = 0; index < names.length; index += READS_AT_ONCE) {
    const batch = names.slice(index, index + READS_AT_ONCE).map(read);
    views.push(...(await Promise.all(batch)).filter((view) => view !== undefined));
  }
  return { views, unreadable };
}

/** A plan as an object, for `-o json` and `-o yaml`: what the user declared, and what the operator reports. */
export function planObject({ name, spec, status }: PlanView): Record<string, unknown> {
  const manifest = isRecord(spec?.manifest) ? spec.manifest : {};
  const metadata = isRecord(manifest['metadata']) ? manifest['metadata'] : {};
  return {
    apiVersion: manifest['apiVersion'] ?? null,
    kind: manifest['kind'] ?? null,
    metadata: {
      ...metadata,
      name,
      ...(status === undefined
        ? {}
        : {
            uid: status.status.uid,
            generation: status.status.generation,
            creationTimestamp: new Date(status.status.createdAt).toISOString(),
          }),
    },
    spec: withoutSecrets(manifest['spec'] ?? null),
    requests: spec?.requests ?? {},
    status:
      status === undefined
        ? null
        : {
            ...status.status,
            spec: withoutSecrets(status.status.spec),
            recordVersion: status.version,
            lease: status.lease,
            waitingToBeTold: status.notices.length,
          },
  };
}

/** A spec, as a person wrote it or as it is stored, whose webhooks are shown by their host alone. */
function withoutSecrets(spec: unknown): unknown {
  if (!isRecord(spec) || !Array.isArray(spec['notify'])) return spec;
  const notify = spec['notify'].map((channel: unknown) => {
    if (!isRecord(channel)) return channel;
    const hidden = ['webhook', 'url'].flatMap((key) => {
      const address = channel[key];
      return typeof address === 'string' ? [[key, shownUrl(address)] as const] : [];
    });
    return { ...channel, ...Object.fromEntries(hidden) };
  });
  return { ...spec, notify };
}

export const eventObject = (event: PlanEvent): Record<string, unknown> => ({
  ...event,
  at: new Date(event.at).toISOString(),
});
