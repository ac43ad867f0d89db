import type { EstateExport } from '../../export.ts';

/** The format of the file that `meshlift export` writes. A member may be added within a version, none changes its meaning. */
export const EXPORT_VERSION = 'meshlift.dev/export/v1';

/** What is in the file about the values of environment variables. */
export type EnvironmentForm =
  | { form: 'included' }
  /** Reduced to hosts and a hash. The same salt makes the same hash of the same value. */
  | { form: 'reduced'; salt: string };

export interface ExportFile extends EstateExport {
  format: typeof EXPORT_VERSION;
  environment: EnvironmentForm;
}
