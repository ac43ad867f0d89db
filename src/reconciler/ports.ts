/*
 * What the reconciler asks of everything beside it: of AWS, of the table, of whom it tells, of the time. Who does it is put together in
 * `src/cli/operator.ts`, and for tests and simulators elsewhere.
 */
export * from './ports/clock.ts';
export * from './ports/callScope.ts';
export * from './ports/awsCallError.ts';
export * from './ports/resources.ts';
export * from './ports/router.ts';
export * from './ports/sides.ts';
export * from './ports/world.ts';
export * from './ports/worlds.ts';
export * from './ports/requests.ts';
export * from './ports/lease.ts';
export * from './ports/notices.ts';
export * from './ports/planStore.ts';
export * from './ports/claims.ts';
export * from './ports/operators.ts';
export * from './ports/channels.ts';
export * from './ports/log.ts';
