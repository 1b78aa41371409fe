import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readKeyFile, type SecretKey } from '../../cli/keys/key-file.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Digest } from '../../protocol/digest.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import { certificateStatement } from '../../protocol/records/build.ts'
import { signMessage } from '../../protocol/records/ed25519.ts'
import { recordIdOf, recordSignable, sealEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection } from '../../protocol/rejection.ts'

const LIFETIME_MS = 3_600_000

export interface SignedCertificate {
  readonly id: string
  readonly envelope: Uint8Array
}

export interface Unusual {
  readonly nonce?: number
  readonly chain?: string
  readonly expires?: number
}

/** The person of a home, who signs without the command line. */
export class Person {
  readonly #key: SecretKey
  readonly #chain: string
  #nonce = 1

  constructor(key: SecretKey, chain: string) {
    this.#key = key
    this.#chain = chain
  }

  static async ofHome(home: string, chain: string): Promise<Person> {
    const folder = join(home, HOME_FILES.userKeys)
    const name = (await readdir(folder)).find((file) => file.startsWith('person-')) ?? ''
    return new Person(await readKeyFile(join(folder, name)), chain)
  }

  get did(): string {
    return this.#key.did
  }

  startAt(nonce: number): void {
    this.#nonce = nonce
  }

  /** A certificate of a file that nobody has seen. */
  certify(unusual: Unusual = {}): SignedCertificate {
    const statement = this.statement(unusual)
    const signature = signMessage(this.#key.seed, recordSignable(statement))
    return { id: recordIdOf(statement), envelope: sealEnvelope(statement, signature) }
  }

  statement({ nonce, chain, expires }: Unusual = {}): Uint8Array {
    const digest = toHex(new Uint8Array(randomBytes(32))) as Digest
    const ledger = {
      chain: (chain ?? this.#chain) as Digest,
      author: this.#key.did,
      nonce: nonce ?? this.#nonce++,
      expires: expires ?? Date.now() + LIFETIME_MS,
    }
    const name = `sample-${digest.slice(0, 8)}`
    const artefact = {
      form: 'file',
      name,
      version: '1',
      bytes: 1,
      files: 1,
      share: 'local',
    } as const
    const built = certificateStatement(
      'dataset',
      { sha256: digest },
      { ledger, artefact, evidence: [] },
    )
    if (isRejection(built)) throw new Error(built.detail)
    return built
  }

  /** Seals anything with a signature that fits it. */
  seal(statement: Uint8Array): Uint8Array {
    return sealEnvelope(statement, signMessage(this.#key.seed, recordSignable(statement)))
  }
}
