import { AsyncLocalStorage } from 'node:async_hooks';

/** Hears what is known of calls before they are made, so that a person can be shown how far they are. */
export interface CallExpectations {
  /** So many more calls will be made; fewer, where it is less than 0, than were expected before. */
  expect(calls: number): void;
  /** While as many lists are open as were closed, everything that will be read is known by number. */
  listing(state: 'opened' | 'closed'): void;
}

const expectations = new AsyncLocalStorage<CallExpectations>();

/** Runs `action`; what it knows of the calls that it makes, directly or not, is told to `listener`. */
export const withCallExpectations = <T>(listener: CallExpectations, action: () => Promise<T>): Promise<T> =>
  expectations.run(listener, action);

/** Nobody needs to listen. */
export const expectCalls = (calls: number): void => expectations.getStore()?.expect(calls);

/** Runs `action`, which finds out how much there is to read. */
export async function whileListing<T>(action: () => Promise<T>): Promise<T> {
  const listener = expectations.getStore();
  listener?.listing('opened');
  try {
    return await action();
  } finally {
    listener?.listing('closed');
  }
}
