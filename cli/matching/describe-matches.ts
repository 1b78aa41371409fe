import { shortId } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Match } from './match.ts'
import type { UnknownGroup } from './unknown-inputs.ts'

/** `dataset  org1/digits@1: 4,800 of 5,012 files, observed` */
export function describeEdge({ artefact, how, subset, files, of }: Match): string {
  const { name, type } = artefact
  const part =
    subset === undefined
      ? describeWhole(files.length, of)
      : `${count(subset.count)} of ${countFiles(of)}`
  const changed = files.filter(({ changedTo }) => changedTo !== undefined).length
  const warning = changed === 0 ? '' : `; ${countFiles(changed)} changed while the command ran`
  return `${type.padEnd(8)} ${printable(name)}: ${part}, ${how}${warning}`
}

function describeWhole(read: number, of: number): string {
  if (of === 1) return 'the file'
  return read >= of ? `all ${countFiles(of)}` : `${count(read)} files, taken for the whole`
}

/** `unknown  data/extra: 12 files that nobody certified, observed` */
export function describeUnknown({ place, files, edge }: UnknownGroup): string {
  const digest =
    'digest' in edge && edge.digest !== undefined ? ` sha256 ${shortId(edge.digest)}…` : ''
  const reason = edge.kind === 'unknown' ? edge.reason : ''
  const where = files.length === 1 ? place : `${place} (${countFiles(files.length)})`
  const unhashed = files.filter(({ sha256 }) => sha256 === undefined).length
  const warning = unhashed === 0 ? '' : `; ${countFiles(unhashed)} could not be hashed`
  return printable(`unknown  ${where}: ${reason}, ${edge.how ?? 'declared'}${digest}${warning}`)
}

function countFiles(number: number): string {
  return number === 1 ? '1 file' : `${count(number)} files`
}

/** Digits in groups of three, whatever the language of this machine. */
export function count(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
