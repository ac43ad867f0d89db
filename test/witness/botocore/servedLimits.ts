import { createSimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { SimulatedClock } from '../../../lab/clock.ts';
import type { Service } from '../../../lab/services/service.ts';
import { APIS } from '../../../lab/wire/api.ts';
import type { LimitScope } from './modelLimits.ts';

/** For every service of the lab: the operations that it serves, and the enums of its SDK package. */
export async function limitScopes(): Promise<Map<Service['id'], LimitScope>> {
  const { aws } = createSimulatedAws({ clock: new SimulatedClock() });
  const services: Service[] = Object.values(aws.services);
  const scopes = services.map(async ({ id, operations }): Promise<[Service['id'], LimitScope]> => {
    const { enums } = await APIS[id].loadSchemas();
    return [id, { operations: Object.keys(operations), enums }];
  });
  return new Map(await Promise.all(scopes));
}
