import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Budget } from '../aws/budget.ts';
import { createClients } from '../aws/clients.ts';
import { translated } from '../aws/errors.ts';
import { createWorld } from '../aws/world.ts';
import type { Clock, Log } from '../reconciler/ports.ts';
import type { AdmissionWorld } from './admission.ts';

/** A person waits for the answer: an endpoint that is down is said within seconds. */
const ATTEMPTS_MAX = 3;

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** AWS as the person's own credentials see it, for `work` alone. `account` tells whose they are. */
export async function withWorld<Answer>(
  options: { region: string; endpointUrl: string | undefined; clock: Clock },
  work: (world: AdmissionWorld, account: () => Promise<string | undefined>) => Promise<Answer>,
): Promise<Answer> {
  const { region, endpointUrl, clock } = options;
  const clients = createClients({
    region,
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    log: SILENT,
    budget: new Budget(),
    attemptsMax: ATTEMPTS_MAX,
  });
  try {
    return await work(
      createWorld({ clients, clock, realPause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }),
      async () => (await translated(() => clients.sts.send(new GetCallerIdentityCommand({})))).Account,
    );
  } finally {
    clients.destroy();
  }
}
