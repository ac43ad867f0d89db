import { PORT } from '../shop/names.ts';

export { PORT };

/** What the parts of a kiosk are called: its name and nothing else, each being of another kind. */
export interface KioskNames {
  cluster: string;
  mesh: string;
  loadBalancer: string;
  /** ECS service and task definition family. */
  service: string;
  targetGroup: string;
  virtualNode: string;
  virtualService: string;
  alarm: string;
}

/** Everything of a kiosk has the kiosk's name in its own, so that a call is known to be about it by its input alone. */
export function kioskNames(name: string): KioskNames {
  return {
    cluster: name,
    mesh: name,
    loadBalancer: name,
    service: name,
    targetGroup: name,
    virtualNode: `${name}-vn`,
    virtualService: `${name}.local`,
    alarm: `${name}-5xx`,
  };
}
