import type { Identity } from '../../protocol/chain/identity.ts'
import { printable } from '../output/printable.ts'

/** The public identity of an organisation, line by line. */
export function describeIdentity({ organisation, keys, addresses }: Identity): readonly string[] {
  return [
    `organisation ${printable(organisation)}`,
    ...addresses.map((address) => `  address   ${printable(address)}`),
    ...keys.map(({ class: keyClass, name, did }) => {
      const isMember = keyClass === 'person' || keyClass === 'source'
      return `  ${keyClass.padEnd(9)} ${did}${isMember ? `  ${printable(name)}` : ''}`
    }),
  ]
}
