/** The table is not there. Nothing was read or written. */
export class TableMissingError extends Error {
  override name = 'TableMissingError';
}

/** Nobody has submitted a plan of this name. */
export class PlanNotFoundError extends Error {
  override name = 'PlanNotFoundError';
}

/** Someone else changed the record between our reading and our writing. Nothing was written; read again and decide again. */
export class RecordMovedError extends Error {
  override name = 'RecordMovedError';
}

/** An item is not what Meshlift wrote. Nothing was changed. */
export class RecordUnreadableError extends Error {
  override name = 'RecordUnreadableError';
}

/** Whether `error` is an answer of the given name; the SDK's own classes are not loaded for it. */
export const isNamed = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.includes(error.name);
