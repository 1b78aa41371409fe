import { randomBytes } from 'node:crypto'
import { readSecretFile, SecretFileError, writeSecretFile } from '../keys/secret-file.ts'

const TOKEN_BYTES = 32
const TOKEN_FILE_BYTES_MAX = 256
const TOKEN = /^[0-9a-f]{64}$/

/**
 * The bearer token of the TCP API: 256 random bits as hex. Made at the first start.
 *
 * @throws SecretFileError
 */
export async function loadToken(path: string): Promise<string> {
  try {
    const token = Buffer.from(await readSecretFile(path, TOKEN_FILE_BYTES_MAX))
      .toString('utf8')
      .trim()
    if (TOKEN.test(token)) return token
    throw new SecretFileError(
      'secret-unreadable',
      `${path} holds no token: remove it to get a new one`,
    )
  } catch (error) {
    if (!(error instanceof SecretFileError) || error.code !== 'secret-missing') throw error
    const token = randomBytes(TOKEN_BYTES).toString('hex')
    await writeSecretFile(path, `${token}\n`)
    return token
  }
}
