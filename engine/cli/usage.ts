import { CountersignError } from '../flow/error.ts';

/** Wrong use in our one shape. */
export function usage(message: string, hint = 'Run the command with --help.'): CountersignError {
  return new CountersignError({ code: 'USAGE', message, hint });
}
