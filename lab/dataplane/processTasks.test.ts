import { afterEach, expect, test, vi } from 'vitest';
import type { TestAnswer, Watched } from './testWorld.ts';
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

/** Asks until the answer is as wanted, since proxies learn of changes a moment later. */
const askUntil = (task: Watched, wanted: (answer: TestAnswer) => void) =>
  vi.waitFor(async () => wanted(await world.get(task)), BOUND);

/** Tasks of the three services, each behind Cloud Map as ECS would put it. */
async function blueShop() {
  const user = world.start('user-api', BLUE);
  const stock = world.start('stock-api', BLUE);
  const frontend = world.start('frontend', BLUE);
  await upAndListening([user, stock, frontend]);
  world.register('user', user);
  world.register('stock', stock);
  world.mesh.route('user.shop.local', { user: 1 });
  world.mesh.route('stock.shop.local', { stock: 1 });
  await askUntil(frontend, (answer) => expect(answer.status).toBe(200));
  return { user, stock, frontend };
}

test('blue: the frontend reaches the others by their virtual service names, and says who answered', async () => {
  world = new TestWorld();
  const { user, stock, frontend } = await blueShop();
  const answer = await world.get(frontend);
  expect(answer.headers['x-served-by']).toBe(`frontend/${frontend.id}`);
  expect(answer.headers['x-dependencies']).toBe(`user=${user.id},stock=${stock.id}`);
  expect(JSON.parse(answer.text)).toMatchObject({ user: { name: 'Ada' }, stock: { left: 42 } });
  expect((await world.get(frontend, '/health')).status).toBe(200);
  expect(world.samples).toEqual([]);
});

test('blue: a changed route reaches running Envoys, by weight', async () => {
  world = new TestWorld();
  const { user, frontend } = await blueShop();
  const other = world.start('user-api', BLUE);
  await upAndListening([other]);
  world.register('user2', other);
  world.mesh.route('user.shop.local', { user: 1, user2: 3 });
  await askUntil(frontend, (answer) => expect(answer.headers['x-dependencies']).toContain(`user=${other.id}`));
  const seen = { [user.id]: 0, [other.id]: 0 };
  for (let i = 0; i < 40; i += 1) {
    const id = /user=(\d+)/.exec(String((await world.get(frontend)).headers['x-dependencies']))?.[1] ?? '';
    seen[id] = (seen[id] ?? 0) + 1;
  }
  expect(seen).toEqual({ [user.id]: 10, [other.id]: 30 });
});

test('A0: with App Mesh gone running Envoys keep their last configuration, and a new one never gets any', async () => {
  world = new TestWorld();
  const { user, frontend } = await blueShop();
  world.faults.set('app-mesh-gone', true);
  world.mesh.gone = true;
  world.mesh.current = [];
  const late = world.start('frontend', BLUE);
  await vi.waitFor(() => expect(late.stopped).toHaveLength(1), BOUND);
  expect(late.stopped[0]?.message).toContain('envoy');
  expect(late.runningCount).toBe(0);
  const answer = await world.get(frontend);
  expect(answer.status).toBe(200);
  expect(answer.headers['x-dependencies']).toContain(`user=${user.id}`);
});

/** Green's servers, in Cloud Map as ECS puts them there. */
async function greenServers() {
  const user = world.start('user-api-sc', green('user-api-sc', 'user-8080'), { command: ['user-api'] });
  const stock = world.start('stock-api-sc', green('stock-api-sc', 'stock-8080'), { command: ['stock-api'] });
  await upAndListening([user, stock]);
  world.register('user-8080', user);
  world.register('stock-8080', stock);
  return { user, stock };
}

test('green: aliases lead to the instances behind them, which stay live', async () => {
  world = new TestWorld();
  const { user, stock } = await greenServers();
  const frontend = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', ['user', 'stock']), {
    command: ['frontend'],
  });
  await upAndListening([frontend]);
  const answer = await world.get(frontend);
  expect(answer.status).toBe(200);
  expect(answer.headers['x-dependencies']).toBe(`user=${user.id},stock=${stock.id}`);

  const replacement = world.start('user-api-sc', green('user-api-sc', 'user-8080'), { command: ['user-api'] });
  await upAndListening([replacement]);
  world.register('user-8080', replacement);
  world.cloudMap.deregister('user-8080', user.id);
  await askUntil(frontend, (later) => expect(later.headers['x-dependencies']).toContain(`user=${replacement.id}`));
});

test('S10: a client does not know an endpoint that came after its deployment; a redeployed one does', async () => {
  world = new TestWorld();
  const early = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', []), { command: ['frontend'] });
  await greenServers();
  await upAndListening([early]);
  const answer = await world.get(early);
  expect(answer.status).toBe(502);
  expect(answer.text).toMatch(/ENOTFOUND (user|stock)\.shop\.local/);

  const redeployed = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', ['user', 'stock']), {
    command: ['frontend'],
  });
  await upAndListening([redeployed]);
  expect((await world.get(redeployed)).status).toBe(200);
  expect((await world.get(early)).status).toBe(502);
});

test('a name that green has no alias for falls through to DNS and silently reaches blue (mesh-mapping 0.5)', async () => {
  world = new TestWorld();
  const blue = await blueShop();
  const { stock } = await greenServers();
  const frontend = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', ['stock']), {
    command: ['frontend'],
  });
  await upAndListening([frontend]);
  const answer = await world.get(frontend);
  expect(answer.status).toBe(200);
  expect(answer.headers['x-dependencies']).toBe(`user=${blue.user.id},stock=${stock.id}`);
  await vi.waitFor(() => expect(sums('HTTPCode_Target_2XX_Count')).toHaveProperty('stock-8080'), BOUND);
  expect(sums('HTTPCode_Target_2XX_Count')).not.toHaveProperty('user-8080');
});

test('an alias is not asked of DNS at another port (mesh-mapping 0.4)', async () => {
  world = new TestWorld();
  await blueShop();
  await greenServers();
  const frontend = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', ['user', 'stock']), {
    command: ['frontend'],
    environment: { USER_URL: 'http://user.shop.local:9090' },
  });
  await upAndListening([frontend]);
  const answer = await world.get(frontend);
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.text)).toMatchObject({ error: 'user 503, stock 200' });
});

/** Sum of a metric by the discovery name, over one kind of dimension set. */
function sums(name: string, dimensionCount = 1): Record<string, number> {
  const result: Record<string, number> = {};
  for (const sample of world.samples) {
    const { dimensions } = sample;
    if (sample.name !== name || Object.keys(dimensions).length !== dimensionCount) continue;
    const key = [dimensions['DiscoveryName'] ?? dimensions['TargetDiscoveryName'], dimensions['ServiceName']]
      .filter((part) => part !== undefined)
      .join(' ');
    result[key] = (result[key] ?? 0) + sample.value;
  }
  return result;
}

test('§8.3: Service Connect metrics: the server under its own name, the client under the caller’s, sparse', async () => {
  world = new TestWorld();
  await greenServers();
  const frontend = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', ['user', 'stock']), {
    command: ['frontend'],
  });
  await upAndListening([frontend]);
  for (let i = 0; i < 5; i += 1) expect((await world.get(frontend)).status).toBe(200);

  await vi.waitFor(() => {
    expect(sums('RequestCount', 1)).toEqual({ 'frontend-8080': 5, 'user-8080': 5, 'stock-8080': 5 });
    expect(sums('HTTPCode_Target_2XX_Count', 1)).toEqual({ 'user-8080': 5, 'stock-8080': 5 });
  }, BOUND);
  expect(sums('RequestCount', 3)).toEqual({
    'frontend-8080 frontend-sc': 5,
    'user-8080 user-api-sc': 5,
    'stock-8080 stock-api-sc': 5,
  });
  expect(sums('HTTPCode_Target_2XX_Count', 3)).toEqual({ 'user-8080 frontend-sc': 5, 'stock-8080 frontend-sc': 5 });
  expect(sums('RequestCountPerTarget', 3)).toEqual({ 'user-8080 frontend-sc': 5, 'stock-8080 frontend-sc': 5 });
  const times = world.samples.filter(
    (sample) => sample.name === 'TargetResponseTime' && sample.dimensions['TargetDiscoveryName'] === 'user-8080',
  );
  expect(times).toHaveLength(10);
  expect(world.samples.map((sample) => sample.namespace)).not.toContain('AWS/ApplicationELB');
  expect(world.samples.filter((sample) => /_[345]XX_/.test(sample.name) || sample.value === 0)).toEqual([]);
});

test('S11: what the load balancer sends, health checks too, goes through the proxy; §8.3: and counts as no call of a task', async () => {
  world = new TestWorld();
  const { user } = await greenServers();
  expect((await world.get(user)).headers['x-served-by']).toBe(`user-api-sc/${user.id}`);
  expect((await world.get(user, '/health', { 'user-agent': 'ELB-HealthChecker/2.0' })).status).toBe(200);
  await vi.waitFor(() => expect(sums('RequestCount', 1)).toEqual({ 'user-8080': 2 }), BOUND);
  expect(sums('RequestCountPerTarget', 1)).toEqual({});
});

test('green-errors: one in four requests answers 500 at once when it is switched on; health checks do not see it', async () => {
  world = new TestWorld();
  const { user } = await greenServers();
  const statuses = async (headers: Record<string, string>) => {
    const seen: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const answer = await world.get(user, '/', headers);
      expect(answer.headers['x-served-by']).toBe(`user-api-sc/${user.id}`);
      seen.push(answer.status);
    }
    return seen.filter((status) => status === 500).length;
  };
  expect(await statuses({})).toBe(0);
  world.faults.set('green-errors', true);
  await vi.waitFor(async () => expect(await statuses({})).toBe(2), BOUND);
  expect(await statuses({ 'user-agent': 'ELB-HealthChecker/2.0' })).toBe(0);
  world.faults.set('green-errors', false);
  await vi.waitFor(async () => expect(await statuses({})).toBe(0), BOUND);
});

test('green-slow: every request to a Service Connect task takes 1 s longer, and response times are told as they were', async () => {
  world = new TestWorld({ faults: ['green-slow'] });
  await greenServers();
  const frontend = world.start('frontend-sc', green('frontend-sc', 'frontend-8080', ['user', 'stock']), {
    command: ['frontend'],
  });
  await upAndListening([frontend]);
  expect((await world.get(frontend)).status).toBe(200);
  const slow = () => world.samples.filter((sample) => sample.name === 'TargetResponseTime').map(({ value }) => value);
  await vi.waitFor(() => expect(slow()).toHaveLength(4), BOUND);
  expect(Math.min(...slow())).toBeGreaterThanOrEqual(999);
  expect(Math.max(...slow())).toBeLessThan(BOUND.timeout);
});

test('a task without a mesh is reached and calls straight by DNS', async () => {
  world = new TestWorld();
  const blue = await blueShop();
  const frontend = world.start('frontend', { kind: 'none' });
  await upAndListening([frontend]);
  const answer = await world.get(frontend);
  expect(answer.status).toBe(200);
  expect(answer.headers['x-dependencies']).toBe(`user=${blue.user.id},stock=${blue.stock.id}`);
});

test('containers of one task reach each other on localhost', async () => {
  world = new TestWorld();
  const task = world.start(
    'frontend',
    { kind: 'none' },
    { command: ['frontend'], environment: { USER_URL: 'http://localhost:8081', STOCK_URL: 'http://127.0.0.1:8082' } },
    { command: ['user-api'], environment: { PORT: '8081' }, port: 8081 },
    { command: ['stock-api'], environment: { PORT: '8082' }, port: 8082 },
  );
  await upAndListening([task]);
  await askUntil(task, (answer) => expect(answer.status).toBe(200));
  expect((await world.get(task)).headers['x-dependencies']).toBe(`user=${task.id},stock=${task.id}`);
});

test('a task stops as a whole when one essential container ends', async () => {
  world = new TestWorld();
  const task = world.start(
    'frontend',
    { kind: 'none' },
    { command: ['frontend'] },
    { command: ['user-api'], environment: { PORT: '8081' }, port: 8081 },
  );
  await upAndListening([task]);
  const [, second] = world.tasks.pids(task.arn);
  process.kill(second as number, 'SIGKILL');
  await vi.waitFor(() => expect(task.stopped).toHaveLength(1), BOUND);
  expect(task.stopped).toEqual([{ exitCode: 137, message: 'Essential container in task exited' }]);
  expect(world.tasks.pids(task.arn)).toEqual([]);
});
