/**
 * Puts something around a method of a class, for builds that break a promise on purpose. `wrap` is given the object, the
 * arguments, and how to call the method itself.
 */
export function around<K extends string>(
  owner: Record<K, unknown>,
  name: K,
  wrap: (self: object, given: unknown[], original: (...given: unknown[]) => unknown) => unknown,
): void {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new Error(`there is no method ${name}`);
  Reflect.set(owner, name, function wrapped(this: object, ...given: unknown[]) {
    return wrap(this, given, (...args) => Reflect.apply(method, this, args) as unknown);
  });
}
