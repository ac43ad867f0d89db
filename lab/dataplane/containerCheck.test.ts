import { afterEach, beforeEach, expect, test } from 'vitest';
import { BLUE, TestWorld, type Watched } from './testWorld.ts';

const asked = (path: string) =>
  `fetch('http://127.0.0.1:8080${path}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

let world: TestWorld;

beforeEach(() => {
  world = new TestWorld();
});

afterEach(() => world.tasks.close());

const passes = (task: Watched, ...command: string[]): Promise<boolean> =>
  new Promise((resolve) => task.check({ container: 'app0', command, timeoutMs: 5_000 }, resolve));

async function running(environment: Record<string, string> = {}): Promise<Watched> {
  const task = world.start('user-api', { kind: 'none' }, { environment });
  await expect.poll(() => task.runningCount, { timeout: 10_000 }).toBe(1);
  return task;
}

test('a check of the kind CMD runs in the network of its own task, beside another one with the same port', async () => {
  const [one, other] = await Promise.all([running(), running()]);
  expect(await passes(one, 'CMD', 'node', '-e', asked('/health'))).toBe(true);
  other.stop();
  await expect.poll(() => other.stopped.length, { timeout: 10_000 }).toBe(1);
  expect(await passes(one, 'CMD', 'node', '-e', asked('/health'))).toBe(true);
});

test('a check fails where nobody listens, and where it ends with anything but 0', async () => {
  const task = await running();
  const elsewhere = asked('/health').replace('8080', '8081');
  expect(await passes(task, 'CMD', 'node', '-e', elsewhere)).toBe(false);
  expect(await passes(task, 'CMD', 'node', '-e', 'process.exit(2)')).toBe(false);
});

test('CMD-SHELL gives a line to the shell, which has the environment of the container', async () => {
  const task = await running({ WORD: 'yes' });
  expect(await passes(task, 'CMD-SHELL', `node -e "${asked('/health')}" && [ "$WORD" = yes ] || exit 1`)).toBe(true);
  expect(await passes(task, 'CMD-SHELL', '[ "$WORD" = no ]')).toBe(false);
});

test('a program that is not in the image fails, though this machine has it', async () => {
  const task = await running();
  expect(await passes(task, 'CMD-SHELL', 'ls /')).toBe(false);
  expect(await passes(task, 'CMD', 'ls', '/')).toBe(false);
});

test('a check that takes too long is killed, and has failed', async () => {
  const task = await running();
  expect(await passes(task, 'CMD', 'node', '-e', 'setInterval(() => {}, 1000)')).toBe(false);
}, 20_000);

test('a check finds the same names in the mesh as its container does', async () => {
  const server = await running();
  world.register('user', server);
  world.mesh.route('user.shop.local', { user: 1 });
  const client = world.start('stock-api', BLUE);
  await expect.poll(() => client.runningCount, { timeout: 10_000 }).toBe(1);
  const call = asked('/health').replace('127.0.0.1', 'user.shop.local');
  await expect.poll(() => passes(client, 'CMD', 'node', '-e', call), { timeout: 10_000 }).toBe(true);
});
