/** Instances of binaryen besides that of the generators: an abort on the way leaves one unusable, and they must go on. */

export type Binaryen = typeof import('binaryen').default;

/**
 * What it has to say about modules that it cannot read goes nowhere.
 * @param owner names the instance: who else asks for the same one shares it
 */
export async function loadBinaryen(owner: string): Promise<Binaryen> {
  const { error, log, warn } = console;
  console.error = console.log = console.warn = () => undefined;
  try {
    const { default: binaryen } = (await import(/* @vite-ignore */ `${import.meta.resolve('binaryen')}?${owner}`)) as { default: Binaryen };
    return binaryen;
  } finally {
    Object.assign(console, { error, log, warn });
  }
}
