import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** A synchronous destination: a worker thread's would lose the last lines before a crash. */
export const standardOutput = (): DestinationStream => destination({ fd: 1, sync: true });

/**
 * The operator's log: one JSON object a line, whatever is in a text.
 *
 * @param operator its name
 * @param to default standard output
 */
export const operatorLog = (operator: string, level: string, to: DestinationStream = standardOutput()): Logger =>
  pino({ level, base: { operator }, timestamp: () => `,"time":"${new Date().toISOString()}"` }, to);
