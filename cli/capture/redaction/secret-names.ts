/** Words of a name that by themselves say that its value is a secret. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  'token',
  'secret',
  'secrets',
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'pass',
  'pwd',
  'jwt',
  'bearer',
  'credential',
  'credentials',
  'creds',
  'auth',
  'oauth',
  'authorization',
  'authentication',
  'apikey',
  'cookie',
  'cookies',
  'signature',
  'sig',
])

/** Kinds of keys that are secrets, in front of the word `key`. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'api',
  'access',
  'secret',
  'private',
  'signing',
  'encryption',
  'account',
  'master',
  'service',
  'license',
  'session',
  'shared',
  'storage',
  'deploy',
  'auth',
  'ssh',
])

/** Secrets also where they are written without a border: `DBPASSWORD`, `hftoken`. */
const INSIDE =
  /password|passwd|passphrase|secret|credential|apikey|accesskey|privatekey|authkey|token$/

/** Tokens of a language model are no secrets: `pad_token`, `eos_token_id`. */
const VOCABULARY: ReadonlySet<string> = new Set([
  'pad',
  'eos',
  'bos',
  'unk',
  'mask',
  'sep',
  'cls',
  'special',
  'start',
  'end',
  'image',
  'per',
  'next',
  'new',
  'max',
  'min',
  'num',
])

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g

/** Whether a name of an argument, a parameter, a variable or a header says that its value is a secret. */
export function isSecretName(name: string): boolean {
  const words = (name.match(WORD) ?? []).map((word) => word.toLowerCase())
  return words.some((word, at) => isSecretWord(word, words[at - 1], words[at + 1]))
}

function isSecretWord(word: string, before: string | undefined, after: string | undefined) {
  if (word === 'token' && before !== undefined && VOCABULARY.has(before)) return false
  if (word === 'key') return before !== undefined && SECRET_KEYS.has(before)
  // `pass_rate` and `auth_method`-like names would be rare; a secret that is published stays so.
  return SECRET_WORDS.has(word) || INSIDE.test(word) || (word === 'aws' && after === 'key')
}
