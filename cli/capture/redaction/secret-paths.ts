/** Names of files that hold keys or passwords, in lower case. */
const NAMES: ReadonlySet<string> = new Set([
  '.netrc',
  '_netrc',
  '.pgpass',
  '.my.cnf',
  '.mylogin.cnf',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pypirc',
  '.condarc',
  '.git-credentials',
  '.htpasswd',
  '.dockercfg',
  '.dockerconfigjson',
  '.vault-token',
  '.s3cfg',
  '.boto',
  '.envrc',
  'kaggle.json',
  'credentials',
  'credentials.json',
  'application_default_credentials.json',
  'shadow',
  'gshadow',
])

const NAME_PATTERNS: readonly RegExp[] = [
  /^\.env(?:\..*)?$/,
  /\.env$/,
  /^id_[a-z0-9_-]+(?:\.pub)?$/,
  /\.(?:pem|key|p12|pfx|p8|pkcs12|jks|keystore|bks|kdb|kdbx|gpg|pgp|asc|ppk|ovpn|tfvars|tfstate)$/,
  /^(?:secrets?|\.secrets?)(?:\.[a-z0-9]+)?$/,
  /^(?:service[-_]?account|client[-_]?secret)[^/]*\.json$/,
]

/** Folders of which nothing is told. */
const FOLDERS: readonly RegExp[] = [
  /(?:^|\/)\.(?:ssh|gnupg|aws|azure|kube|oci|secrets?|password-store|docker)\//,
  /(?:^|\/)(?:\.config\/(?:gcloud|gh|rclone|op)|\.local\/share\/keyrings|(?:user|node)\/keys)\//,
]

/** Single files that their folder gives away. */
const PLACES =
  /(?:^|\/)(?:\.?huggingface\/(?:token|stored_tokens)|\.git\/(?:config|credentials)|proc\/[^/]+\/environ|\.streamlit\/secrets\.toml)$/

/** What only sounds like a secret: a module of Python itself, and the authorities that everybody trusts. */
const PUBLIC: readonly RegExp[] = [
  /\/lib(?:64)?\/python\d+\.\d+\/secrets\.py$/,
  /\/certifi\/cacert\.pem$/,
  /^\/(?:etc\/ssl\/certs|etc\/pki\/tls\/certs|usr\/share\/ca-certificates)\//,
]

/**
 * Whether a file may hold keys, passwords or variables of the environment. Of such a file neither
 * content nor digest is recorded: a short secret can be guessed from its digest.
 *
 * @param path with `/`, absolute or relative
 */
export function isSecretPath(path: string): boolean {
  const lower = path.replaceAll('\\', '/').toLowerCase()
  if (PUBLIC.some((pattern) => pattern.test(lower))) return false
  const name = lower.slice(lower.lastIndexOf('/') + 1)
  return (
    NAMES.has(name) ||
    NAME_PATTERNS.some((pattern) => pattern.test(name)) ||
    FOLDERS.some((folder) => folder.test(lower)) ||
    PLACES.test(lower)
  )
}
