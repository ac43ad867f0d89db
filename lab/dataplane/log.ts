/** What the data plane writes to; a pino logger is one. */
export interface DataPlaneLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
