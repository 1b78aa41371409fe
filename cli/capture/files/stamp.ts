import { type BigIntStats, lstatSync, statSync } from 'node:fs'
import { kindOf } from '../../hashing/walk.ts'
import { type BytePath, toBuffer } from '../byte-path.ts'

/** Identity and age of a file: it differs when someone wrote to it or put another in its place. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
}

/** undefined where there is nothing, or nothing that may be looked at. */
export function lookAt(path: BytePath, follow = true): BigIntStats | undefined {
  try {
    const look = follow ? statSync : lstatSync
    return look(toBuffer(path), { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** What it is when it is no regular file; undefined for one that is. */
export function oddKind(stat: BigIntStats): string | undefined {
  return stat.isFile() ? undefined : kindOf(stat)
}
