/**
 * Tests that not every machine can run. Where something is lacking they stay in the report, as
 * pending, with what it is.
 *
 * @param lack what this machine has not; undefined where it has all that is needed
 */
export function itWhere(
  lack: string | undefined,
  title: string,
  test: (this: Mocha.Context) => Promise<void>,
): void {
  if (lack === undefined) it(title, test)
  else it(`${title} (not tried here: ${lack})`)
}

/** A whole suite of them: where something is lacking, one pending test stands for all. */
export function describeWhere(
  lack: string | undefined,
  title: string,
  suite: (this: Mocha.Suite) => void,
): void {
  if (lack === undefined) describe(title, suite)
  else describe(title, () => void it(`is not tried here: ${lack}`))
}

/** Only root may play other users, mount disks and make networks. */
export const NOT_ROOT: string | undefined = process.getuid?.() === 0 ? undefined : 'it takes root'
