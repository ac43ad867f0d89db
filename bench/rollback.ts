import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AWS_LIKE_DELAYS } from '../lab/delays.ts';
import { deployOperatorRole } from '../src/cli/demo/operatorAccess.ts';
import { Load, type Outcome } from '../src/cli/demo/load.ts';
import { WorldView } from '../src/cli/demo/worldView.ts';
import type { LabReady } from '../src/cli/lab.ts';
import type { MachineState, PlanStatus } from '../src/machines/record.ts';
import { DEFAULT_SETTINGS } from '../src/reconciler/settings.ts';
import { DynamoTable } from '../src/state/dynamoTable.ts';
import { TablePlanStore } from '../src/state/planStore.ts';
import { PlanRequestWriter } from '../src/state/planRequests.ts';

const TABLE = 'meshlift';
const PLAN = 'shop';
const LOOK_MS = 100;
/**
 * Requests per second while green is made: starting its processes takes most of a small machine, and an open load of hundreds would queue
 * up, which is an outage to the alarm on latency. The full rate begins with the bake.
 */
export const CALM_RATE = 50;
const STATE_MS_MAX = 120_000;
/** What a request may take on average while it is measured, by Little's law from those without an answer. */
const LATENCY_MS_MAX = 100;
/** For a second, so that a lull is not taken for it, and the load balancer's every node has the weights by then. */
const CAUGHT_UP_LOOKS = 10;

export interface RollbackMeasure {
  /** Real milliseconds from an alarm's transition to the start of the last request that green served, one a run. */
  ms: number[];
  requests: number;
  failed: number;
  /** Lab time over real time. */
  factor: number;
  /** What no operator can be faster than, real milliseconds: half a look, and a load balancer's slowest node. */
  floorMs: number;
}

/** A program of Meshlift's own; its standard output line by line. */
function start(verb: readonly string[], environment: object, onLine: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, ['src/cli/main.ts', ...verb], {
    // With a channel to it, it ends with whoever started it.
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    env: { ...process.env, ...environment },
  });
  if (child.stdout === null) throw new Error('it has no output');
  createInterface({ input: child.stdout }).on('line', onLine);
  return child;
}

function startLab(children: ChildProcess[]): Promise<LabReady> {
  return new Promise((resolve, reject) => {
    const lab = start(['lab', '--estate', 'shop', '--json'], {}, (line) => {
      const { ready } = JSON.parse(line) as { ready?: LabReady };
      if (ready !== undefined) resolve(ready);
    });
    lab.once('exit', (code) => reject(new Error(`the lab ended with ${code}`)));
    children.push(lab);
  });
}

const newToken = (): string => crypto.randomUUID();
const monotonicMs = (): number => performance.now();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untilState(store: TablePlanStore, state: MachineState): Promise<PlanStatus> {
  const deadline = Date.now() + STATE_MS_MAX;
  for (;;) {
    const status = (await store.readStatus(PLAN))?.status;
    if (status?.machine.value === state) return status;
    if (Date.now() > deadline) throw new Error(`the plan never came to ${state}: ${status?.report.waitingFor ?? ''}`);
    await pause(LOOK_MS);
  }
}

/** Green's processes have just been started, and are slow with their first requests: a measurement begins once nothing queues up. */
async function untilCaughtUp(load: Load, rate: number): Promise<void> {
  const deadline = Date.now() + STATE_MS_MAX;
  for (let looks = 0; looks < CAUGHT_UP_LOOKS; ) {
    if (Date.now() > deadline) {
      throw new Error(
        `this machine does not serve ${rate} requests per second: ${load.pending} wait for an answer. Nothing was measured: take less with --rate`,
      );
    }
    looks = load.pending < (rate * LATENCY_MS_MAX) / 1_000 ? looks + 1 : 0;
    await pause(LOOK_MS);
  }
}

/** Fires until the plan goes back: CloudWatch's next evaluation, which may come at once, puts a state that was set as the data have it. */
async function untilHeard(store: TablePlanStore, fire: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + STATE_MS_MAX;
  do {
    if (Date.now() > deadline) throw new Error('the plan never went back from its bake');
    await fire();
    await pause(LOOK_MS);
  } while ((await store.readStatus(PLAN))?.status.machine.value === 'ramp.bake');
}

/**
 * Rolls back from 50 % under load, so many times: an alarm is set into ALARM, and the last request is looked for that green
 * answered. Real processes, in lab time.
 *
 * @param rate requests per second, more than 50
 */
export async function measureRollback(runs: number, rate: number): Promise<RollbackMeasure> {
  const children: ChildProcess[] = [];
  const outcomes: Outcome[] = [];
  const onOutcome = (outcome: Outcome): void => void outcomes.push(outcome);
  let calm: Load | undefined;
  let load: Load | undefined;
  try {
    const lab = await startLab(children);
    const { endpoint, region, estate } = lab;
    const credentials = { accessKeyId: 'AKIDBENCH', secretAccessKey: 'bench' };
    const client = new DynamoDBClient({ endpoint, region, credentials });
    const table = new DynamoTable(client, TABLE, newToken);
    const store = new TablePlanStore({
      table,
      holder: 'bench',
      leaseMs: 60_000,
      monotonicMs,
    });
    const writer = new PlanRequestWriter(table);
    const cloudWatch = new CloudWatchClient({ endpoint, region, credentials });
    const world = new WorldView({ endpoint, region, cluster: estate.clusterName, credentials });
    calm = new Load({ url: lab.url, rate: CALM_RATE, onOutcome });
    calm.start();
    const role = await deployOperatorRole(lab, {
      clusterNames: [estate.clusterName],
      passRoleNames: ['*-task', 'shop-ecs-execution'],
    });
    const operator = ['operator', `--endpoint-url=${endpoint}`, `--region=${region}`];
    children.push(start(operator, { ...lab.environment, ...role }, () => {}));
    await submit(writer, estate);
    const ms: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      await untilState(store, 'ramp.bake');
      await world.learnTasks();
      load = new Load({ url: lab.url, rate: rate - CALM_RATE, onOutcome });
      load.start();
      await untilCaughtUp(load, rate);
      const firedAt = Date.now();
      await untilHeard(store, () =>
        cloudWatch.send(
          new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'a measurement' }),
        ),
      );
      const { attempt, conditions } = await untilState(store, 'rolledBack');
      await load.stop();
      const last = outcomes.findLast(
        ({ at, servedBy }) =>
          at >= firedAt && world.serviceOfTask(servedBy?.split('/').at(-1) ?? '')?.startsWith('frontend-sc') === true,
      );
      if (last === undefined) {
        const why = conditions.find(({ type }) => type === 'RolledBack')?.message;
        throw new Error(
          `run ${run}: green served nothing since the alarm, the plan went back before (${why}); nothing was measured`,
        );
      }
      ms.push(last.at - firedAt);
      if (run < runs) await writer.retry(PLAN, { by: 'bench', at: Date.now(), why: '', attempt });
    }
    const { factor } = lab.clock;
    return {
      ms,
      requests: outcomes.length,
      failed: outcomes.filter((outcome) => !outcome.ok).length,
      factor,
      floorMs: (DEFAULT_SETTINGS.tickMs / 2 + AWS_LIKE_DELAYS.ruleApplyMs.max) / factor,
    };
  } finally {
    await load?.stop();
    await calm?.stop();
    for (const child of children.toReversed()) child.kill('SIGTERM');
  }
}

async function submit(writer: PlanRequestWriter, estate: LabReady['estate']): Promise<void> {
  const manifest = {
    apiVersion: 'meshlift.dev/v1',
    kind: 'MigrationPlan',
    metadata: { name: PLAN },
    spec: {
      source: { cluster: estate.clusterName, mesh: estate.meshName },
      traffic: [{ service: 'frontend', alb: { listenerRule: estate.listenerRuleArn } }],
      ramp: {
        steps: [
          { weight: 50, bake: '60m' },
          { weight: 100, bake: '60m' },
        ],
      },
      // Not the one on latency: green's first requests after the start of its processes are slow on a small machine.
      gates: { alarms: ['shop-5xx'] },
    },
  };
  const deadline = Date.now() + STATE_MS_MAX;
  for (;;) {
    try {
      return await writer.put(PLAN, manifest, undefined);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(LOOK_MS);
    }
  }
}
