import * as z from 'zod';

// The product runs under --disable-code-generation-from-strings: zod must not probe for `new Function`.
z.config({ jitless: true });

export { z };
