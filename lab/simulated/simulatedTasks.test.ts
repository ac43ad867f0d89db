import { expect, test } from 'vitest';
import { SimulatedClock } from '../clock.ts';
import type { TaskSpec } from '../services/ports.ts';
import { SimulatedProbe, SimulatedTasks } from './simulatedTasks.ts';

function setUp({ serves = true } = {}) {
  const clock = new SimulatedClock();
  const tasks = new SimulatedTasks({ clock, mesh: { serves: () => serves } });
  const probe = new SimulatedProbe();
  probe.attach(tasks);
  const happened: string[] = [];
  const start = (name: string, mesh: TaskSpec['mesh'] = { kind: 'none' }) =>
    tasks.start(
      {
        taskArn: `arn:${name}`,
        clusterName: 'shop',
        serviceName: name,
        ip: '10.0.0.7',
        mesh,
        containers: [
          {
            name: 'app',
            image: 'sample',
            command: [],
            environment: {},
            containerPorts: [8080],
            essential: true,
            stopTimeoutMs: 30_000,
          },
        ],
      },
      {
        running: () => happened.push(`${name} runs`),
        stopped: ({ exitCode }) => happened.push(`${name} stopped ${exitCode}`),
      },
    );
  return { clock, tasks, probe, happened, start };
}

const ADDRESS = { ip: '10.0.0.7', port: 8080 };

test('a task runs, answers health checks, and stops when it is told to', async () => {
  const { clock, tasks, probe, happened, start } = setUp();
  tasks.behave(() => ({ start: 'run', startMs: 2000, stopMs: 1000 }));
  const task = start('a');
  clock.advance(1999);
  expect(await probe.probe(ADDRESS)).toEqual({ kind: 'refused' });
  clock.advance(1);
  expect(await probe.probe(ADDRESS)).toEqual({ kind: 'response', status: 200 });
  expect(await probe.probe({ ...ADDRESS, port: 9090 })).toEqual({ kind: 'refused' });
  tasks.setHealth('arn:a', { kind: 'timeout' });
  expect(await probe.probe(ADDRESS)).toEqual({ kind: 'timeout' });
  task.stop();
  task.stop();
  expect(tasks.of('a').map(({ state }) => state)).toEqual(['stopping']);
  clock.advance(1000);
  expect(tasks.tasks()).toEqual([]);
  expect(happened).toEqual(['a runs', 'a stopped 143']);
});

test('a killed task is gone at once, a crashing one never runs, a hanging one stops only when told', () => {
  const { clock, tasks, happened, start } = setUp();
  start('a');
  clock.advance(0);
  tasks.kill('arn:a');
  tasks.behave(() => ({ start: 'crash' }));
  start('b');
  clock.advance(0);
  tasks.behave(() => ({ start: 'hang' }));
  const hanging = start('c');
  clock.advance(3_600_000);
  hanging.stop();
  clock.advance(0);
  expect(happened).toEqual(['a runs', 'a stopped 137', 'b stopped 1', 'c stopped 143']);
  expect(() => tasks.kill('arn:a')).toThrow('there is no simulated task arn:a');
});

test('an App Mesh task whose Envoy gets no configuration never runs', () => {
  const { clock, happened, start } = setUp({ serves: false });
  start('blue', { kind: 'appMesh', meshName: 'shop', virtualNodeName: 'front' });
  start('green');
  clock.advance(3_600_000);
  expect(happened).toEqual(['green runs']);
});
