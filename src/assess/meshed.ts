import type { BlueService } from '../estate/model.ts';

/** Whether the service runs as a node or a gateway of a mesh. */
export const isMeshed = (blue: BlueService): boolean =>
  blue.virtualNode !== undefined || blue.virtualGateway !== undefined;
