import { join } from 'node:path'
import type { Digest } from '../../protocol/digest.ts'
import { base64Encode } from '../../protocol/encoding/base64.ts'
import {
  CAPTURES_FORMAT,
  type CaptureFile,
  HOME_FILES,
  SECRET_FILE_MODE,
} from '../../protocol/home.ts'
import { writeAtomically } from './atomic-write.ts'
import { type Home, ownFile } from './home.ts'
import { withFolder } from './own-folder.ts'
import { readJson } from './read-json.ts'

interface KeptCapture {
  /** 32 bytes: with them, whoever is shown the capture can test it against the certificate. */
  readonly salt: Uint8Array
  /** As it was sealed. */
  readonly capture: unknown
  /** What a person changed in the draft, with the captured value beside it. */
  readonly changes: readonly unknown[]
}

/** Keeps the whole of a capture, of which the ledger has a salted digest and a few fields. */
export async function keepCapture(home: Home, record: Digest, kept: KeptCapture): Promise<void> {
  const { salt, capture, changes } = kept
  const file: CaptureFile = {
    format: CAPTURES_FORMAT,
    record,
    salt: base64Encode(salt),
    capture,
    changes,
  }
  const path = await withFolder(capturePath(home, record))
  await writeAtomically(path, `${JSON.stringify(file)}\n`, { mode: SECRET_FILE_MODE })
}

/** What was captured of the making of an artefact; undefined where this home did not certify it. */
export async function keptCapture(home: Home, record: Digest): Promise<CaptureFile | undefined> {
  return readJson<CaptureFile>(capturePath(home, record), CAPTURES_FORMAT)
}

function capturePath(home: Home, record: Digest): string {
  return join(ownFile(home, HOME_FILES.captures), `${record}.json`)
}
