import { createHash, type KeyObject, sign } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '../../protocol/digest.ts'
import { base64Decode } from '../../protocol/encoding/base64.ts'
import { HOME_FILES, type KeyFile } from '../../protocol/home.ts'
import { certificateStatement } from '../../protocol/records/build.ts'
import type { ArtefactDescription } from '../../protocol/records/certificates/certificates.ts'
import { recordIdOf, recordSignable, sealEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { secretKeyOf } from '../signatures.ts'

export const ENVELOPE_BYTES = 1_024
const LIFETIME_MS = 3_600_000
/** What padding starts from: base64 grows in steps of four, so it is tried from here. */
const PADDING_CHARS_MAX = 512

export interface Certificate {
  readonly id: Digest
  readonly envelope: Uint8Array
}

interface Subject {
  readonly sha256: Digest
  readonly artefact: ArtefactDescription
  readonly description?: string
}

/** A person of one organisation, who signs with one nonce after the other. */
export class Author {
  readonly #chain: Digest
  readonly #did: string
  readonly #secret: KeyObject
  /** In the order of their nonces, because a node takes them only so far apart. */
  readonly #ahead: Certificate[] = []
  #nextAhead = 0
  #nonce = 1
  #padding: number | undefined

  constructor(chain: Digest, did: string, secret: KeyObject) {
    this.#chain = chain
    this.#did = did
    this.#secret = secret
  }

  /** The first person of a home. */
  static async ofHome(home: string, chain: Digest): Promise<Author> {
    const folder = join(home, HOME_FILES.userKeys)
    const name = (await readdir(folder)).find((file) => file.startsWith('person-'))
    if (name === undefined) throw new Error(`no person in ${folder}`)
    const { did, secret } = JSON.parse(await readFile(join(folder, name), 'utf8')) as KeyFile
    const seed = base64Decode(secret)
    if (seed === undefined) throw new Error(`${name} is damaged`)
    return new Author(chain, did, secretKeyOf(seed))
  }

  /** Signs until so many certificates of invented files are at hand. */
  signAhead(count: number): void {
    while (this.#ahead.length - this.#nextAhead < count) this.#ahead.push(this.#certifyInvented())
  }

  /** The next that was signed ahead, ENVELOPE_BYTES long. */
  next(): Certificate | undefined {
    const certificate = this.#ahead[this.#nextAhead]
    if (certificate !== undefined) this.#nextAhead++
    return certificate
  }

  #certifyInvented(): Certificate {
    const name = `sample-${String(this.#nonce).padStart(7, '0')}`
    const sha256 = createHash('sha256').update(`${this.#did} ${name}`).digest('hex') as Digest
    const artefact = {
      form: 'file',
      name,
      version: '1',
      bytes: 1,
      files: 1,
      share: 'local',
    } as const
    this.#padding ??= this.#paddingFor(sha256, artefact)
    return this.#sign({ sha256, artefact, description: 'x'.repeat(this.#padding) })
  }

  /** Throws away what is signed ahead, because a node takes nonces only so far apart. */
  certify(sha256: Digest, artefact: ArtefactDescription): Certificate {
    const unused = this.#ahead.splice(this.#nextAhead)
    this.#nonce -= unused.length
    return this.#sign({ sha256, artefact })
  }

  #sign(subject: Subject): Certificate {
    const statement = this.#statement(subject)
    this.#nonce++
    const signature = sign(null, recordSignable(statement), this.#secret)
    const envelope = sealEnvelope(statement, new Uint8Array(signature))
    return { id: recordIdOf(statement), envelope }
  }

  #statement({ sha256, artefact, description }: Subject): Uint8Array {
    const ledger = {
      chain: this.#chain,
      author: this.#did,
      nonce: this.#nonce,
      expires: Date.now() + LIFETIME_MS,
    }
    const about = description === undefined ? {} : { description }
    const built = certificateStatement(
      'dataset',
      { sha256 },
      { ledger, artefact, ...about, evidence: [] },
    )
    if (isRejection(built)) throw new Error(`${built.rejected}: ${built.detail}`)
    return built
  }

  #paddingFor(sha256: Digest, artefact: ArtefactDescription): number {
    const signature = new Uint8Array(64)
    for (let padding = PADDING_CHARS_MAX; padding > 0; padding--) {
      const statement = this.#statement({ sha256, artefact, description: 'x'.repeat(padding) })
      if (sealEnvelope(statement, signature).length <= ENVELOPE_BYTES) return padding
    }
    throw new Error(`no certificate fits into ${ENVELOPE_BYTES} bytes`)
  }
}
