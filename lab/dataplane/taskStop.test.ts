import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import type { Watched } from './testWorld.ts';
import { BLUE, green, TestWorld } from './testWorld.ts';

const BOUND = { timeout: 15_000, interval: 20 };
vi.setConfig({ testTimeout: 30_000 });

let world: TestWorld;
afterEach(() => world.tasks.close());

const upAndListening = (tasks: Watched[]) =>
  vi.waitFor(
    () => expect(tasks.map((task) => [task.runningCount, world.listens(task)])).toEqual(tasks.map(() => [1, true])),
    BOUND,
  );

/** A frontend whose every call takes long, since green is slow. */
async function slowFrontend(factor: number, stopTimeoutMs: number): Promise<Watched> {
  world = new TestWorld({ factor, faults: ['green-slow'] });
  const user = world.start('user-api-sc', green('user-api-sc', 'user-8080'), { command: ['user-api'] });
  const stock = world.start('stock-api-sc', green('stock-api-sc', 'stock-8080'), { command: ['stock-api'] });
  await upAndListening([user, stock]);
  world.register('user-8080', user);
  world.register('stock-8080', stock);
  const frontend = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', ['user', 'stock']), {
    command: ['frontend'],
    stopTimeoutMs,
  });
  await upAndListening([frontend]);
  return frontend;
}

/** Waits until a request has arrived at the task's server. */
const arrived = (discoveryName: string) =>
  vi.waitFor(
    () =>
      expect(world.samples).toContainEqual(
        expect.objectContaining({ name: 'RequestCount', dimensions: { DiscoveryName: discoveryName } }),
      ),
    BOUND,
  );

test('E46: a stopped task refuses new connections, gets SIGTERM, finishes what is in flight and exits 0', async () => {
  const frontend = await slowFrontend(5, 30_000);
  const inFlight = world.get(frontend);
  await arrived('user-8080');
  frontend.stop();
  await expect(world.get(frontend)).rejects.toThrow('nobody listens');
  await vi.waitFor(() => expect(world.lines).toContain('shop: SIGTERM, finishing what is in flight'), BOUND);
  expect(frontend.stopped).toEqual([]);
  expect((await inFlight).status).toBe(200);
  await vi.waitFor(() => expect(frontend.stopped).toEqual([{ exitCode: 0, message: 'Task stopped' }]), BOUND);
});

test('E46: a task that outlasts its stop timeout is killed, and reported once', async () => {
  const frontend = await slowFrontend(1, 100);
  const inFlight = world.get(frontend).catch(() => 'lost');
  await arrived('user-8080');
  // It hears no signal but the last.
  for (const pid of world.tasks.pids(frontend.arn)) process.kill(pid, 'SIGSTOP');
  frontend.stop();
  frontend.stop();
  await vi.waitFor(() => expect(frontend.stopped).toEqual([{ exitCode: 137, message: 'Task stopped' }]), BOUND);
  expect(await inFlight).toBe('lost');
});

test('no call is lost while an instance of the called service is stopped', async () => {
  world = new TestWorld();
  const users = [world.start('user-api', BLUE), world.start('user-api', BLUE)];
  const stock = world.start('stock-api', BLUE);
  const frontend = world.start('frontend', BLUE);
  await upAndListening([...users, stock, frontend]);
  for (const user of users) world.register('user', user);
  world.register('stock', stock);
  world.mesh.route('user.shop.local', { user: 1 });
  world.mesh.route('stock.shop.local', { stock: 1 });
  await vi.waitFor(async () => expect((await world.get(frontend)).status).toBe(200), BOUND);

  const [leaving, staying] = users as [Watched, Watched];
  const statuses: number[] = [];
  const load = async () => {
    while (leaving.stopped.length === 0) statuses.push((await world.get(frontend)).status);
  };
  const running = Promise.all([load(), load(), load(), load()]);
  await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(20), BOUND);
  world.cloudMap.deregister('user', leaving.id);
  leaving.stop();
  await running;
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect((await world.get(frontend)).headers['x-dependencies']).toContain(`user=${staying.id}`);
});

test('a task that is killed from outside reports stopped, and nobody listens at its address', async () => {
  world = new TestWorld();
  const user = world.start('user-api', BLUE);
  await upAndListening([user]);
  const [pid] = world.tasks.pids(user.arn);
  process.kill(pid as number, 'SIGKILL');
  await vi.waitFor(
    () => expect(user.stopped).toEqual([{ exitCode: 137, message: 'Essential container in task exited' }]),
    BOUND,
  );
  expect(world.listens(user)).toBe(false);
});

test('an unknown image cannot be pulled; a wrong command exits by itself', async () => {
  world = new TestWorld();
  const unknown = world.start('user-api', { kind: 'none' }, { image: 'example.com/nothing:1' });
  const wrong = world.start('user-api', { kind: 'none' }, { command: ['nonsense'] });
  await vi.waitFor(() => expect([unknown.stopped.length, wrong.stopped.length]).toEqual([1, 1]), BOUND);
  expect(unknown.runningCount).toBe(0);
  expect(unknown.stopped[0]?.message).toContain('CannotPullContainerError');
  expect(wrong.stopped[0]).toEqual({ exitCode: 64, message: 'Essential container in task exited' });
});

test('close ends every child', async () => {
  world = new TestWorld();
  const tasks = [world.start('user-api', BLUE), world.start('stock-api', BLUE)];
  await upAndListening(tasks);
  const pids = tasks.flatMap((task) => world.tasks.pids(task.arn));
  expect(pids).toHaveLength(2);
  await world.tasks.close();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(tasks.map((task) => task.stopped.length)).toEqual([1, 1]);
});

test('a task does not outlive its lab', async () => {
  const module = new URL('./testWorld.ts', import.meta.url).href;
  const script = `
    const { BLUE, TestWorld } = await import(${JSON.stringify(module)});
    const world = new TestWorld();
    const task = world.start('user-api', BLUE);
    const look = setInterval(() => {
      if (!world.listens(task)) return;
      clearInterval(look);
      console.log(world.tasks.pids(task.arn)[0]);
    }, 20);`;
  const lab = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(lab.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  process.kill(pid, 0);
  lab.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), BOUND);
});
