/** An environment as a person pastes it into a shell. A profile that is set there would outweigh the lab's credentials. */
export const exportLines = (environment: Readonly<Record<string, string>>): string[] => [
  '  unset AWS_PROFILE',
  ...Object.entries(environment).map(([key, value]) => `  export ${key}=${value}`),
];
