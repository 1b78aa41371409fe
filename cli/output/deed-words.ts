import { printable } from './printable.ts'

/** What a record did, in a word or two. @param subtype the event, the phase, the action or the status */
export function deedWords(type: string, subtype: string | undefined): string {
  if (subtype === undefined)
    return type === 'approval' ? 'approval' : `${printable(type)} certificate`
  switch (type) {
    case 'event':
      return printable(subtype)
    case 'recall':
      return subtype === 'lift' ? 'lifting of a recall' : 'recall'
    case 'status':
      return `status ${subtype.replaceAll('_', ' ')}`
    default:
      return `${printable(type)} ${printable(subtype)}`
  }
}
