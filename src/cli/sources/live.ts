import type { EstateExport } from '../../estate/export.ts';
import type { SourceReading } from '../../estate/sources/reading.ts';
import { type Cli, UsageError } from '../cli.ts';
import { ReadingProgress } from './readingProgress.ts';

/** Where AWS is, and what of it is to be read. */
export interface LiveOptions {
  clusters: readonly string[];
  meshes: readonly string[];
  region?: string | undefined;
  endpointUrl?: string | undefined;
}

const silent = (): void => {};

/**
 * Takes an inventory of AWS with the person's own credentials, showing how far it is on a terminal. The SDK is loaded only here.
 *
 * @throws UsageError without a region; what ECS refuses, with its code
 */
export async function takeLive(cli: Cli, options: LiveOptions): Promise<EstateExport> {
  const { region, endpointUrl, clusters, meshes } = options;
  const [{ Budget }, { createClients }, { withCallExpectations }, { takeWholeInventory }, { ECSClient }] =
    await Promise.all([
      import('../../aws/budget.ts'),
      import('../../aws/clients.ts'),
      import('../../aws/expectedCalls.ts'),
      import('../../aws/inventory/whole.ts'),
      import('@aws-sdk/client-ecs'),
    ]);
  const probe = new ECSClient(region === undefined ? {} : { region });
  const where = region ?? (await probe.config.region());
  probe.destroy();
  const progress = new ReadingProgress(cli.monotonicMs);
  progress.begin(where);
  const show = (): void => {
    // The last column stays free, or some terminals begin a new line.
    if (cli.progressColumns !== undefined) cli.progress(progress.line(cli.progressColumns - 1));
  };
  const clients = createClients({
    region: where,
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    log: { info: silent, warn: silent, error: silent, debug: silent },
    budget: new Budget(),
    onCall: (api, _outcome, isThrottled) => {
      // It is tried again.
      if (isThrottled) return;
      progress.made(api.slice(0, api.indexOf(':')));
      show();
    },
  });
  try {
    return await withCallExpectations(progress, () =>
      takeWholeInventory(clients, {
        clusters,
        meshes,
        clock: cli.clock(),
        onProgress: (next) => {
          progress.begin(next);
          show();
        },
      }),
    );
  } finally {
    cli.progress('');
    clients.destroy();
  }
}

/** The live APIs as one source among others. */
export async function readLive(
  cli: Cli,
  options: { cluster?: string; mesh?: string; region?: string; endpointUrl?: string },
): Promise<SourceReading> {
  const { cluster, mesh, region, endpointUrl } = options;
  const exported = await takeLive(cli, {
    clusters: cluster === undefined ? [] : [cluster],
    meshes: mesh === undefined ? [] : [mesh],
    region,
    endpointUrl,
  });
  if (exported.ecs.clusters.length === 0 && exported.ecs.services.length === 0) {
    throw new UsageError(
      `there is no ECS cluster ${cluster ?? ''} in ${exported.caller.region || region || 'this region'}`,
    );
  }
  const { account, region: place } = exported.caller;
  return { source: 'live', where: `account ${account} in ${place}`, exported, unresolved: [] };
}
