import type { EstateReport } from '../report.ts';

/** Whether all that is meshed runs in Kubernetes, so that no plan can be made. An estate in which nothing is meshed is another. */
export function isKubernetesOnly({ services }: Pick<EstateReport, 'services'>): boolean {
  const meshed = services.filter((one) => one.virtualNode !== undefined);
  return meshed.length > 0 && meshed.every((one) => one.kubernetes !== undefined);
}
