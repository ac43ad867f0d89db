import { expect, test } from 'vitest';
import { SimulatedClock } from '../clock.ts';
import type { Address, HealthProbe, TaskEvents, TaskRunner, TaskSpec } from '../services/ports.ts';
import { MixedTasks } from './mixedTasks.ts';
import { SimulatedTasks } from './simulatedTasks.ts';

const taskOf = (clusterName: string, ip: string): TaskSpec => ({
  taskArn: `arn:${clusterName}`,
  clusterName,
  serviceName: 'front',
  ip,
  mesh: { kind: 'none' },
  containers: [
    {
      name: 'app',
      image: 'front:1',
      command: [],
      environment: {},
      containerPorts: [8080],
      essential: true,
      stopTimeoutMs: 0,
    },
  ],
});
const isSimulated = ({ clusterName }: TaskSpec) => clusterName === 'small';
const SILENT: TaskEvents = { running: () => {}, stopped: () => {} };

test('each task is run, and its health asked, by whom it was given to', async () => {
  const clock = new SimulatedClock();
  const simulated = new SimulatedTasks({ clock, mesh: { serves: () => true } });
  const started: string[] = [];
  const asked: Address[] = [];
  const real: TaskRunner = {
    start: ({ taskArn }) => {
      started.push(taskArn);
      return { stop: () => {}, check: () => {} };
    },
  };
  const realProbe: HealthProbe = {
    probe: async (target) => {
      asked.push(target);
      return { kind: 'response', status: 204 };
    },
  };
  const mixed = new MixedTasks({ real, realProbe, simulated, isSimulated });
  mixed.start(taskOf('small', '10.0.0.1'), SILENT);
  mixed.start(taskOf('large', '10.0.0.2'), SILENT);
  clock.advance(0);
  expect(started).toEqual(['arn:large']);
  expect(simulated.tasks().map(({ spec }) => spec.taskArn)).toEqual(['arn:small']);
  const probe = (ip: string) => mixed.probe({ ip, port: 8080 }, '/', 1000, 'HTTP1');
  expect(await probe('10.0.0.1')).toEqual({ kind: 'response', status: 200 });
  expect(await probe('10.0.0.2')).toEqual({ kind: 'response', status: 204 });
  expect(asked).toEqual([{ ip: '10.0.0.2', port: 8080 }]);
});
